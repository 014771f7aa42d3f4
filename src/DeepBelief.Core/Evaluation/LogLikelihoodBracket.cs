namespace DeepBelief.Evaluation;

/// <summary>The log-likelihood of rows under both ends of a <see cref="LogPartitionBracket"/>.</summary>
/// <remarks>The ends hold as those of log Z do: see <see cref="LogPartitionBracket.Lower"/> and <see cref="LogPartitionBracket.Upper"/>.</remarks>
public sealed record LogLikelihoodBracket
{
    internal LogLikelihoodBracket(LogLikelihoodEstimate one, LogLikelihoodEstimate other)
        => (Lower, Upper) = one.Mean <= other.Mean ? (one, other) : (other, one);

    /// <summary>With the upper end of log Z: the conservative figure to report.</summary>
    public LogLikelihoodEstimate Lower { get; }

    /// <summary>With the lower end of log Z. Its mean is never below that of <see cref="Lower"/>.</summary>
    public LogLikelihoodEstimate Upper { get; }

    /// <summary>Why the ends are unreliable beyond what the bracket of log Z warns of; null if nothing shows that.</summary>
    public string? Warning => Lower.Warning;

    /// <summary>Returns the same log-likelihoods with weighted means.</summary>
    /// <inheritdoc cref="LogLikelihoodEstimate.Weighted"/>
    public LogLikelihoodBracket Weighted(Tensor weights) => new(Lower.Weighted(weights), Upper.Weighted(weights));
}
