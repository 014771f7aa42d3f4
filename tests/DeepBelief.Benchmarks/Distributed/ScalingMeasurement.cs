namespace DeepBelief.Benchmarks.Distributed;

/// <summary>An RBM whose training is measured.</summary>
/// <param name="Visible">Visible units.</param>
/// <param name="Hidden">Hidden units.</param>
internal sealed record ScalingShape(int Visible, int Hidden)
{
    /// <summary>The shapes of the pages.</summary>
    public static IReadOnlyList<ScalingShape> All { get; } = [new(784, 500), new(784, 2500), new(4096, 4096)];

    /// <summary>float32 that an update sums: the gradients of weights and biases, and the means that centering uses.</summary>
    public long Floats => ((long)Visible * Hidden) + (2 * (Visible + Hidden));

    public override string ToString() => FormattableString.Invariant($"{Visible}-{Hidden}");
}

/// <summary>Times of updates on one core, with so many rows on a rank.</summary>
/// <param name="Rows">Rows of the batch on this rank.</param>
/// <param name="Ranks">Number of ranks; 0 without a group.</param>
/// <param name="Microseconds">The time of each update.</param>
internal sealed record StepTimes(int Rows, int Ranks, double[] Microseconds)
{
    public double Median => Order()[Microseconds.Length / 2];

    private double[] Order()
    {
        var sorted = (double[])Microseconds.Clone();
        Array.Sort(sorted);
        return sorted;
    }
}

/// <summary>What a run of the worker has measured of a shape.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Steps">Updates.</param>
/// <param name="SumMicroseconds">The median time to sum the gradient over the ranks, by itself.</param>
/// <param name="GatherMicroseconds">The median time to read a batch of 100 rows out of 10,000 in memory.</param>
internal sealed record ShapeMeasurement(ScalingShape Shape, StepTimes[] Steps, double SumMicroseconds, double GatherMicroseconds);
