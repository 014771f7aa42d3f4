using System.Globalization;

namespace DeepBelief.Evaluation;

/// <summary>log Z from both sides: forward chains tend to underestimate it, reverse chains to overestimate it.</summary>
/// <remarks>
/// Grosse, Ghahramani and Adams 2015, "Sandwiching the marginal likelihood using bidirectional Monte Carlo". Reverse chains
/// overestimate log Z, on average, if they start at exact samples of the model. From the ends of chains, they do so only
/// as far as those chains have converged. The bounds on the probability of an end on the wrong side are Markov's inequality for
/// the mean weights; 3 nats make 95 %.
/// </remarks>
/// <param name="Forward">From the base-rate model to the model.</param>
/// <param name="Reverse">From samples of the model to the base-rate model.</param>
/// <param name="SamplesAreExact">True if the reverse chains started at exact samples.</param>
public sealed record LogPartitionBracket(LogPartitionEstimate Forward, LogPartitionEstimate Reverse, bool SamplesAreExact)
{
    /// <summary>
    /// The lower end of log Z, in nats: the smaller of the two estimates, as a rule the forward one. It is more than b nats above
    /// log Z with a probability of at most exp(-b).
    /// </summary>
    public double Lower => Math.Min(Forward.LogPartition, Reverse.LogPartition);

    /// <summary>
    /// The upper end of log Z, in nats, never below <see cref="Lower"/>: the larger of the two estimates, as a rule the reverse
    /// one. If <see cref="SamplesAreExact"/>, it is more than b nats below log Z with a probability of at most exp(-b); otherwise
    /// there is no such bound.
    /// </summary>
    public double Upper => Math.Max(Forward.LogPartition, Reverse.LogPartition);

    /// <summary><see cref="Upper"/> - <see cref="Lower"/>, in nats, 0 or more.</summary>
    public double Gap => Upper - Lower;

    /// <summary>Standard error of <see cref="Gap"/>, in nats.</summary>
    public double StandardError => Math.Sqrt((Forward.StandardError * Forward.StandardError) + (Reverse.StandardError * Reverse.StandardError));

    /// <summary>Why the bracket is unreliable; null if it passes all checks.</summary>
    public string? Warning
        => Forward.Warning is { } forward ? $"Forward: {forward}"
            : Reverse.Warning is { } reverse ? $"Reverse: {reverse}"
            : Forward.LogPartition - Reverse.LogPartition <= 3 * StandardError ? null
            : string.Create(CultureInfo.InvariantCulture, $"The reverse estimate is {Gap:f3} nats below the forward one: the reverse chains did not start at samples of the model.");

    /// <summary>True if there is no <see cref="Warning"/>.</summary>
    public bool IsReliable => Warning is null;
}
