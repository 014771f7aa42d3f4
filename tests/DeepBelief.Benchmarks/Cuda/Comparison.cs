namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Differences between what a device computes and what the CPU does, in float64.</summary>
internal static class Comparison
{
    /// <summary>The largest difference of two tensors, as a part of the largest value.</summary>
    public static double Relative(Tensor found, Tensor expected) => Relative(found, expected, least: 0);

    /// <summary>
    /// The largest of the differences of pairs of tensors, each as a part of its largest value, or of a hundredth of the largest of
    /// all: some gradients are zero but for rounding.
    /// </summary>
    public static double Relative(IEnumerable<Tensor> found, IEnumerable<Tensor> expected)
    {
        var (all, own) = (expected.ToArray(), found.ToArray());
        if (own.Length != all.Length)
            return double.PositiveInfinity;
        var least = 0.01 * all.Max(Largest);
        return own.Zip(all, (a, b) => Relative(a, b, least)).Aggregate(0.0, Worst);
    }

    private static double Relative(Tensor found, Tensor expected, double least)
    {
        using var scope = torch.NewDisposeScope();
        var (a, b) = (OnCpu(found), OnCpu(expected));
        if (!a.shape.SequenceEqual(b.shape))
            return double.PositiveInfinity;
        return (a - b).abs().max().item<double>() / Math.Max(Largest(b), Math.Max(least, double.Epsilon));
    }

    private static double Largest(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return OnCpu(tensor).abs().max().item<double>();
    }

    /// <summary>The larger of two differences; not a number if one is none.</summary>
    public static double Worst(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);

    /// <summary>How far means and mean squares of draws, <c>[count, units]</c>, are from those expected, in standard errors.</summary>
    public static double Moments(Tensor draws, Tensor mean, Tensor variance)
    {
        using var scope = torch.NewDisposeScope();
        var (x, m) = (OnCpu(draws), OnCpu(mean));
        var (values, expected) = (torch.cat([x, x * x], 1), torch.cat([m, OnCpu(variance) + (m * m)], 1));
        return ((values.mean([0]) - expected).abs() / ErrorOf(values).sqrt()).max().item<double>();
    }

    /// <summary>
    /// How far two sets of independent draws, <c>[count, units]</c>, are from each other in their means, mean squares and the mean
    /// products of neighbours, in standard errors.
    /// </summary>
    public static double Draws(Tensor found, Tensor expected)
    {
        using var scope = torch.NewDisposeScope();
        var (a, b) = (Features(found), Features(expected));
        return ((a.mean([0]) - b.mean([0])).abs() / (ErrorOf(a) + ErrorOf(b)).sqrt()).max().item<double>();

        static Tensor Features(Tensor draws)
        {
            var x = OnCpu(draws);
            var more = x.shape[1] - 1;
            return torch.cat([x, x * x, x.narrow(1, 0, more) * x.narrow(1, 1, more)], 1);
        }
    }

    /// <summary>A tensor on the CPU, in float64.</summary>
    public static Tensor OnCpu(Tensor tensor) => tensor.detach().to(ScalarType.Float64, torch.CPU);

    // The squared standard error of a column's mean. Where all draws are alike, one in all could have been another.
    private static Tensor ErrorOf(Tensor values)
    {
        var count = values.shape[0];
        return values.var(0, unbiased: false).clamp_min(1.0 / count) / count;
    }
}
