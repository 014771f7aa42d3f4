using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Modules: layers, losses and what they are made of.</summary>
    public static partial class nn
    {
        /// <summary>The logistic function.</summary>
        public static Sigmoid Sigmoid() => new(false);

        /// <summary>The logistic function.</summary>
        public static Sigmoid Sigmoid(bool inplace) => new(inplace);

        /// <summary>The positive part.</summary>
        public static ReLU ReLU(bool inplace = false) => new(inplace);

        /// <summary>The hyperbolic tangent.</summary>
        public static Tanh Tanh() => new(false);

        /// <summary>The hyperbolic tangent.</summary>
        public static Tanh Tanh(bool inplace = false) => new(inplace);

        /// <summary>The normalised exponentials along a dimension.</summary>
        public static Softmax Softmax(long dim) => new(dim);

        /// <summary>The logarithms of the normalised exponentials along a dimension.</summary>
        public static LogSoftmax LogSoftmax(long dim) => new(dim);

        /// <summary>The logarithm of the logistic function.</summary>
        public static LogSigmoid LogSigmoid() => new();

        /// <summary>The smooth approximation of the positive part.</summary>
        public static Softplus Softplus(double beta = 1, double threshold = 20) => new(beta, threshold);

        /// <summary>The argument as it is.</summary>
        public static Identity Identity() => new();

        /// <summary>Zeros elements with probability p and scales the others up, while training.</summary>
        public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

        /// <summary>A linear layer, x W^T + b, whose weights and biases are drawn uniformly with a bound of one over the root of the inputs.</summary>
        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
            new(inputSize, outputSize, hasBias, device, dtype);

        /// <summary>A linear layer, x W^T + b, of the weights and biases given.</summary>
        public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

        /// <summary>A parameter with the elements of a tensor, which is empty afterwards.</summary>
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        /// <summary>An empty sequence of modules.</summary>
        public static Sequential Sequential() => new();

        /// <summary>Modules applied one after another.</summary>
        public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => Filled(modules);

        /// <summary>Modules applied one after another.</summary>
        public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => Filled(modules);

        /// <summary>Modules applied one after another.</summary>
        public static Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) =>
            Filled(modules.Select(m => (m.Item1, m.Item2)));

        /// <summary>Modules applied one after another.</summary>
        public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) => Filled(modules);

        /// <summary>Modules applied one after another.</summary>
        public static Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules) =>
            Filled(modules.Select(m => (m.Item1, m.Item2)));

        /// <summary>Modules applied one after another.</summary>
        public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => Filled(modules);

        /// <summary>A list of modules.</summary>
        public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

        /// <summary>A list of modules.</summary>
        public static ModuleList<T> ModuleList<T>(params T[] modules)
            where T : Module => new(modules);

        private static Sequential Filled(IEnumerable<(string Name, Module<Tensor, Tensor> Module)> modules)
        {
            var sequence = Sequential();
            foreach (var (key, module) in modules)
                sequence.append(key, module);
            return sequence;
        }

        private static Sequential Filled(IEnumerable<Module<Tensor, Tensor>> modules)
        {
            var sequence = Sequential();
            foreach (var module in modules)
                sequence.append(module);
            return sequence;
        }
    }
}
