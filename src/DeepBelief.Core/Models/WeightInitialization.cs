using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>The initial weights of an <see cref="Rbm"/>: drawn from N(0, s²), where s may depend on the layer sizes.</summary>
public abstract record WeightInitialization
{
    private WeightInitialization()
    {
    }

    /// <summary>
    /// s = 0.3 / sqrt(visible). The default. With 784 visible units it is the 0.01 that Hinton 2012 recommends (section 8); with
    /// few, larger weights reach the hidden units with inputs of the same size.
    /// </summary>
    public static WeightInitialization Default { get; } = new DefaultInitialization();

    /// <summary>
    /// s = 4 · sqrt(6 / (visible + hidden)), as in the code of <see cref="ModelFormat.Original"/>. With
    /// <see cref="TrainingOptions.InitializeFromData"/> set to false, training starts as in that code.
    /// </summary>
    public static WeightInitialization Original { get; } = new OriginalInitialization();

    /// <summary>Uses the given s.</summary>
    /// <param name="standardDeviation">s, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">s is negative, infinite or NaN.</exception>
    public static WeightInitialization Normal(double standardDeviation)
    {
        Guard.Option(standardDeviation >= 0 && double.IsFinite(standardDeviation), nameof(standardDeviation), standardDeviation, "0 or more");
        return new NormalInitialization(standardDeviation);
    }

    /// <summary>Returns the standard deviation s.</summary>
    /// <param name="visible">Number of visible units.</param>
    /// <param name="hidden">Number of hidden units.</param>
    public abstract double StandardDeviation(long visible, long hidden);

    /// <summary>Draws weights, <c>[hidden, visible]</c>, float32, on the CPU.</summary>
    internal Tensor Draw(long visible, long hidden, long seed)
    {
        using var generator = Randomness.Generator(seed, Randomness.Weights);
        return torch.empty(hidden, visible, ScalarType.Float32, torch.CPU).normal_(0, StandardDeviation(visible, hidden), generator);
    }

    private sealed record NormalInitialization(double Value) : WeightInitialization
    {
        public override double StandardDeviation(long visible, long hidden) => Value;
    }

    private sealed record DefaultInitialization : WeightInitialization
    {
        public override double StandardDeviation(long visible, long hidden) => 0.3 / Math.Sqrt(visible);
    }

    private sealed record OriginalInitialization : WeightInitialization
    {
        public override double StandardDeviation(long visible, long hidden) => 4 * Math.Sqrt(6.0 / (visible + hidden));
    }
}
