namespace DeepBelief.Evaluation;

/// <summary>How far reconstructions are from their rows.</summary>
public enum ReconstructionLoss
{
    /// <summary>The sum of squared differences of a row, Σ (x - y)².</summary>
    SquaredError,

    /// <summary>
    /// The cross-entropy of a row with the distribution that the reconstruction is the mean of, in nats: for bits
    /// -Σ x log y + (1 - x) log(1 - y), for spins the same of (1 + x) / 2, for categories -Σ x log y.
    /// </summary>
    CrossEntropy,
}
