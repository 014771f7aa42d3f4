namespace DeepBelief.Evaluation;

/// <summary>The log-likelihood of rows under both ends of a <see cref="LogPartitionBracket"/>.</summary>
/// <param name="Lower">With the upper end of log Z: the conservative figure to report.</param>
/// <param name="Upper">With the lower end of log Z.</param>
public sealed record LogLikelihoodBracket(LogLikelihoodEstimate Lower, LogLikelihoodEstimate Upper);
