using System.Globalization;

namespace DeepBelief.Evaluation;

/// <summary>log Z from both sides: forward chains tend to give too little, reverse ones too much.</summary>
/// <remarks>
/// Grosse, Ghahramani and Adams 2015, "Sandwiching the marginal likelihood using bidirectional Monte Carlo". That reverse
/// chains give too much, on average, holds where they start at exact samples of the model. Where they had to start at
/// the end of Gibbs chains, it holds as far as those have reached the model.
/// </remarks>
/// <param name="Forward">From the base-rate model to the model.</param>
/// <param name="Reverse">From samples of the model to the base-rate model.</param>
/// <param name="SamplesAreExact">Whether the reverse chains started at exact samples.</param>
public sealed record LogPartitionBracket(LogPartitionEstimate Forward, LogPartitionEstimate Reverse, bool SamplesAreExact)
{
    /// <summary>The forward estimate of log Z, in nats.</summary>
    public double Lower => Forward.LogPartition;

    /// <summary>The reverse estimate of log Z, in nats.</summary>
    public double Upper => Reverse.LogPartition;

    /// <summary><see cref="Upper"/> less <see cref="Lower"/>, in nats; a little below 0 by chance where both are good.</summary>
    public double Gap => Upper - Lower;

    /// <summary>Standard error of <see cref="Gap"/>, in nats.</summary>
    public double StandardError => Math.Sqrt((Forward.StandardError * Forward.StandardError) + (Reverse.StandardError * Reverse.StandardError));

    /// <summary>Why the bracket is not to be trusted; null where nothing speaks against it.</summary>
    public string? Warning
        => Forward.Warning is { } forward ? $"Forward: {forward}"
            : Reverse.Warning is { } reverse ? $"Reverse: {reverse}"
            : Gap >= -3 * StandardError ? null
            : string.Create(CultureInfo.InvariantCulture, $"The upper end is {-Gap:f3} nats below the lower one: the reverse chains did not start at samples of the model.");

    /// <summary>Whether nothing speaks against the bracket: there is no <see cref="Warning"/>.</summary>
    public bool IsReliable => Warning is null;
}
