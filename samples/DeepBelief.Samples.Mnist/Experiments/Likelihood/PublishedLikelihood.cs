namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>Test log-likelihoods that others have published.</summary>
/// <param name="Source">Who, and how trained.</param>
/// <param name="Upper">With log Z from annealing forward, or exact; nats an image.</param>
/// <param name="Lower">With log Z from annealing backward; null where there is none.</param>
internal sealed record PublishedLikelihood(string Source, double Upper, double? Lower = null)
{
    /// <summary>500 hidden units, bits drawn.</summary>
    public static PublishedLikelihood SalakhutdinovMurray { get; } = new("Salakhutdinov & Murray 2008, CD-25", -86.34);

    /// <summary>500 hidden units, bits from a half.</summary>
    public static PublishedLikelihood PyDeepCentered500 { get; } = new("PyDeep, centered PCD", -84.86, -96.61);

    /// <summary>16 hidden units, 50 epochs, bits from a half.</summary>
    public static PublishedLikelihood PyDeepPlain16 { get; } = new("PyDeep, PCD", -149.05);

    /// <summary>16 hidden units, 50 epochs, bits from a half.</summary>
    public static PublishedLikelihood PyDeepCentered16 { get; } = new("PyDeep, centered PCD", -142.56);
}
