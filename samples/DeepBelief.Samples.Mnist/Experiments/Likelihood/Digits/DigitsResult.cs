namespace DeepBelief.Samples.Mnist.Experiments.Likelihood.Digits;

/// <summary>Shares of test digits that are told right, from 0 to 1.</summary>
/// <param name="Features">Softmax regression on an RBM's hidden means.</param>
/// <param name="Pixels">The same on pixels.</param>
internal sealed record DigitsResult(double Features, double Pixels)
{
    /// <summary>As scikit-learn's example has them.</summary>
    public static DigitsResult Published { get; } = new(0.94, 0.78);
}
