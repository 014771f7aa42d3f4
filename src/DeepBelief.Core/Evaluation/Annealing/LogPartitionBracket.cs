using System.Globalization;

namespace DeepBelief.Evaluation;

/// <summary>log Z from both sides: forward chains tend to underestimate it, reverse chains to overestimate it.</summary>
/// <remarks>
/// Grosse, Ghahramani and Adams 2015, "Sandwiching the marginal likelihood using bidirectional Monte Carlo". Reverse chains
/// overestimate log Z, on average, if they start at exact samples of the model. From the ends of Gibbs chains, they do so only
/// as far as those chains have converged.
/// </remarks>
/// <param name="Forward">From the base-rate model to the model.</param>
/// <param name="Reverse">From samples of the model to the base-rate model.</param>
/// <param name="SamplesAreExact">True if the reverse chains started at exact samples.</param>
public sealed record LogPartitionBracket(LogPartitionEstimate Forward, LogPartitionEstimate Reverse, bool SamplesAreExact)
{
    /// <summary>The forward estimate of log Z, in nats.</summary>
    public double Lower => Forward.LogPartition;

    /// <summary>The reverse estimate of log Z, in nats.</summary>
    public double Upper => Reverse.LogPartition;

    /// <summary><see cref="Upper"/> - <see cref="Lower"/>, in nats; slightly negative by chance if both are accurate.</summary>
    public double Gap => Upper - Lower;

    /// <summary>Standard error of <see cref="Gap"/>, in nats.</summary>
    public double StandardError => Math.Sqrt((Forward.StandardError * Forward.StandardError) + (Reverse.StandardError * Reverse.StandardError));

    /// <summary>Why the bracket is unreliable; null if it passes all checks.</summary>
    public string? Warning
        => Forward.Warning is { } forward ? $"Forward: {forward}"
            : Reverse.Warning is { } reverse ? $"Reverse: {reverse}"
            : Gap >= -3 * StandardError ? null
            : string.Create(CultureInfo.InvariantCulture, $"The upper end is {-Gap:f3} nats below the lower one: the reverse chains did not start at samples of the model.");

    /// <summary>True if there is no <see cref="Warning"/>.</summary>
    public bool IsReliable => Warning is null;
}
