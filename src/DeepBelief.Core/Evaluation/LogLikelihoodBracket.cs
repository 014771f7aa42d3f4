namespace DeepBelief.Evaluation;

/// <summary>The log-likelihood of rows under both ends of a <see cref="LogPartitionBracket"/>.</summary>
/// <param name="Lower">With the upper end of log Z: the figure to report where one must not say too much.</param>
/// <param name="Upper">With the lower end of log Z.</param>
public sealed record LogLikelihoodBracket(LogLikelihoodEstimate Lower, LogLikelihoodEstimate Upper);
