using DeepBelief.Tensors;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief;

/// <summary>A feed-forward classifier: a sequence of modules whose last one returns a logit per class.</summary>
/// <remarks>
/// State-dict keys are those of a PyTorch <c>nn.Sequential</c> of the same modules: <c>0.weight</c>, <c>0.bias</c>, ... Apply
/// softmax for probabilities. Dropout modules draw from torch's default generator or, while <c>FitClassifier</c> trains on the CPU,
/// from one of the run; their masks differ from those of PyTorch with the same seed.
/// </remarks>
/// <example><code>
/// using var net = Classifier.Random([784, 512, 256], classes: 10, dropout: new(Input: 0.2, Hidden: 0.5));
/// var history = net.FitClassifier(images, labels, new() { Epochs = 10 });
/// using var logits = net.forward(images); // [rows, 10]
/// net.Save("classifier.pt");
/// </code></example>
public sealed class Classifier : torch.nn.Module<Tensor, Tensor>
{
    private readonly torch.nn.Module<Tensor, Tensor>[] sequence;

    internal Classifier(IEnumerable<torch.nn.Module<Tensor, Tensor>> modules)
        : base(nameof(Classifier))
    {
        sequence = [.. modules];
        for (var i = 0; i < sequence.Length; i++)
            register_module(FormattableString.Invariant($"{i}"), sequence[i]);
        RegisterComponents();
    }

    /// <summary>Creates a classifier like <see cref="Dbn.ToClassifier"/>, with sigmoid layers, but with random weights as in <c>nn.Linear</c>.</summary>
    /// <param name="sizes">Number of inputs, then the sizes of the hidden layers; each 1 or more.</param>
    /// <param name="classes">Number of classes, 2 or more.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <param name="dropout">Dropout before the linear modules, as in <see cref="Dbn.ToClassifier"/>; null for none.</param>
    /// <exception cref="ArgumentException">The list is empty, or a size is less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is less than 2, or a rate is out of range.</exception>
    public static Classifier Random(
        IReadOnlyList<long> sizes,
        long classes,
        long seed = 0,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32,
        DropoutRates? dropout = null)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        CheckClasses(classes);
        if (sizes.Count < 1 || sizes.Any(size => size < 1))
            throw new ArgumentException($"Expected at least one size, each 1 or more; found [{string.Join(", ", sizes)}].", nameof(sizes));
        dropout?.Validate();
        var classifier = Of(
            Enumerable.Range(1, sizes.Count - 1).Select(i => new torch.nn.Module<Tensor, Tensor>[]
            {
                RandomLinear(sizes[i - 1], sizes[i], Randomness.Generator(seed, Randomness.LayerWeights + i), torch.CPU, ScalarType.Float32),
                torch.nn.Sigmoid(),
            }),
            RandomLinear(sizes[^1], classes, Randomness.Generator(seed, Randomness.OutputWeights), torch.CPU, ScalarType.Float32),
            dropout);
        Placement.Move(classifier, device, dtype);
        return classifier;
    }

    /// <summary>Number of inputs.</summary>
    public long InputSize => Linears.First().weight.shape[1];

    /// <summary>Number of classes.</summary>
    public long Classes => Linears.Last().weight.shape[0];

    /// <summary>The modules, in the order of application.</summary>
    public IReadOnlyList<torch.nn.Module<Tensor, Tensor>> Modules => sequence;

    /// <summary>True if, on the CPU, no module draws from torch's default generator by itself.</summary>
    internal bool DrawsByItself => sequence.All(module => module is Linear or Dropout or Sigmoid or ReLU or Tanh or Softmax or Identity);

    internal bool IsDisposed => sequence.OfType<Linear>().Any(linear => linear.weight is null or { IsInvalid: true });

    private IEnumerable<Linear> Linears => sequence.OfType<Linear>();

    /// <summary>Returns the logits.</summary>
    /// <param name="input">Data, <c>[batch, inputs]</c>.</param>
    /// <returns>Logits, <c>[batch, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        Lifetime.Check(this);
        Guard.Matrix(input, InputSize, Linears.First().weight);
        using var scope = torch.NewDisposeScope();
        var states = input;
        foreach (var module in sequence)
            states = module is Dropout { training: true } dropout ? Drop(states, dropout) : module.call(states);
        return states.MoveToOuterDisposeScope();
    }

    /// <summary>Builds a classifier from the hidden layers of RBMs, lowest first, and an output module with random weights.</summary>
    internal static Classifier From(IReadOnlyList<Rbm> layers, long classes, long seed, DropoutRates? dropout)
    {
        CheckClasses(classes);
        dropout?.Validate();
        var top = layers[^1];
        return Of(
            layers.Select(layer => layer.Hidden.ToFeedForward(layer.Weight)),
            RandomLinear(top.HiddenSize, classes, Randomness.Generator(seed, Randomness.OutputWeights), top.Weight.device, top.Weight.dtype),
            dropout);
    }

    /// <summary>Builds a classifier from hidden layers and an output module, with dropout before each linear module.</summary>
    internal static Classifier Of(IEnumerable<IReadOnlyList<torch.nn.Module<Tensor, Tensor>>> layers, Linear output, DropoutRates? dropout)
    {
        var modules = new List<torch.nn.Module<Tensor, Tensor>>();
        var rate = dropout?.Input ?? 0;
        foreach (var layer in layers.Append([output]))
        {
            if (rate > 0)
                modules.Add(torch.nn.Dropout(rate));
            modules.AddRange(layer);
            rate = dropout?.Hidden ?? 0;
        }

        return new Classifier(modules);
    }

    internal static void CheckClasses(long classes)
    {
        if (classes < 2)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "Expected 2 or more.");
    }

    /// <summary>A linear module with PyTorch's initialization, uniform in ±1/√inputs, from a generator that this method disposes.</summary>
    internal static Linear RandomLinear(long inputs, long outputs, Generator generator, Device device, ScalarType dtype)
    {
        var linear = FeedForward.Zeros(inputs, outputs, hasBias: true, torch.CPU, ScalarType.Float32);
        using (torch.no_grad())
        using (torch.NewDisposeScope())
        using (generator)
        {
            var bound = 1 / Math.Sqrt(inputs);
            _ = linear.weight.uniform_(-bound, bound, generator);
            _ = linear.bias!.uniform_(-bound, bound, generator);
        }

        using var mode = Parameters.OutsideInference();
        return linear.to(device, dtype);
    }

    // Torch's dropout takes a large fraction of the time of the matrix products, and draws from the generator of all threads.
    private static Tensor Drop(Tensor states, Dropout dropout)
    {
        if (dropout.p is <= 0 or >= 1 || dropout.inplace || states.device_type != DeviceType.CPU)
            return dropout.call(states);
        var factors = torch.empty(states.shape, states.dtype, states.device);
        if (states.dim() == 2 && TensorMemory.IsFast(factors))
            DropoutKernel.Fill(factors, dropout.p, RandomKey.Draw(null));
        else
            _ = factors.bernoulli_(1 - dropout.p, DefaultGenerator.Current).Scale(1 / (1 - dropout.p));
        return states * factors;
    }
}
