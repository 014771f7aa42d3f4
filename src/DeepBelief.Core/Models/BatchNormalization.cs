using DeepBelief.Tensors;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief;

/// <summary>Modules of batch normalization (Ioffe and Szegedy 2015).</summary>
internal static class BatchNormalization
{
    // So many rows give means and variances as well as all do.
    private const long MostRows = 10_000;

    /// <summary>
    /// Returns copies of modules, with batch normalization after each linear one but the last, unless it is there: with the means,
    /// variances, scales and shifts of the rows, so that the outputs stay as they are.
    /// </summary>
    /// <param name="modules">The modules of a network.</param>
    /// <param name="rows">Two or more rows, <c>[rows, inputs]</c>.</param>
    public static List<torch.nn.Module<Tensor, Tensor>> Insert(IReadOnlyList<torch.nn.Module<Tensor, Tensor>> modules, Tensor rows)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = rows.shape[0] > MostRows ? rows.slice(0, 0, rows.shape[0], (rows.shape[0] + MostRows - 1) / MostRows) : rows;
        var last = modules.Index().Last(module => module.Item is Linear).Index;
        var all = new List<torch.nn.Module<Tensor, Tensor>>();
        foreach (var (index, module) in modules.Index())
        {
            Add(Copy(module));
            if (module is Linear && index < last && modules[index + 1] is not BatchNorm1d)
                Add(Of(states));
        }

        return all;

        void Add(torch.nn.Module<Tensor, Tensor> module)
        {
            module.eval();
            states = module.call(states);
            module.train();
            all.Add(module);
        }
    }

    /// <summary>A module with means of 0, variances and scales of 1, and shifts of 0.</summary>
    public static BatchNorm1d Create(long features, double eps, double? momentum, Device device, ScalarType dtype)
    {
        using var mode = Parameters.OutsideInference();
        var norm = torch.nn.BatchNorm1d(features, eps, device: torch.CPU);
        norm.momentum = momentum;
        // A type that the constructor is given would be that of the count of batches, too.
        return norm.to(device, dtype);
    }

    /// <summary>Normalizes states: in training, by their own means and variances. A single row has no variance, and takes the collected one.</summary>
    public static Tensor Apply(BatchNorm1d norm, Tensor states) => norm.training && states.shape[0] == 1
        ? torch.nn.functional.batch_norm(states, norm.running_mean, norm.running_var, norm.weight, norm.bias, training: false, eps: norm.eps)
        : norm.call(states);

    private static BatchNorm1d Of(Tensor states)
    {
        // As PyTorch has them.
        var norm = Create(states.shape[1], eps: 1e-5, momentum: 0.1, states.device, states.dtype);
        var (mean, variance) = (states.mean([0L]), states.var(0, unbiased: false));
        _ = norm.running_mean!.copy_(mean);
        _ = norm.running_var!.copy_(variance);
        Parameters.Assign(norm.weight!, variance.Plus(norm.eps).sqrt());
        Parameters.Assign(norm.bias!, mean);
        return norm;
    }

    private static torch.nn.Module<Tensor, Tensor> Copy(torch.nn.Module<Tensor, Tensor> module)
    {
        switch (module)
        {
            case Linear linear:
                var copy = FeedForward.Zeros(linear.weight.shape[1], linear.weight.shape[0], linear.bias is not null, linear.weight.device, linear.weight.dtype);
                Assign(copy.weight, linear.weight);
                if (linear.bias is not null)
                    Assign(copy.bias!, linear.bias);
                return copy;
            case BatchNorm1d { weight: { } scale, bias: { } shift, running_mean: { } mean, running_var: { } variance } norm:
                var same = Create(norm.num_features, norm.eps, norm.momentum, scale.device, scale.dtype);
                Assign(same.weight!, scale);
                Assign(same.bias!, shift);
                _ = same.running_mean!.copy_(mean);
                _ = same.running_var!.copy_(variance);
                _ = same.num_batches_tracked!.copy_(norm.num_batches_tracked!);
                return same;
            case Dropout dropout:
                return torch.nn.Dropout(dropout.p, dropout.inplace);
            case Sigmoid:
                return torch.nn.Sigmoid();
            case ReLU:
                return torch.nn.ReLU();
            case Tanh:
                return torch.nn.Tanh();
            case Softmax softmax:
                return torch.nn.Softmax(softmax.dim);
            case Identity:
                return torch.nn.Identity();
            default:
                throw new NotSupportedException($"Expected modules that can be copied (Linear, BatchNorm1d, Dropout, Sigmoid, ReLU, Tanh, Softmax, Identity), found {module.GetType()}.");
        }

        static void Assign(Parameter parameter, Parameter value)
        {
            Parameters.Assign(parameter, value);
            parameter.requires_grad = value.requires_grad;
        }
    }
}
