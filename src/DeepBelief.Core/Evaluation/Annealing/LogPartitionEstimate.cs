using System.Globalization;

namespace DeepBelief.Evaluation;

/// <summary>An estimate of log Z by annealed chains, with what is known of its error.</summary>
/// <remarks>
/// The mean of the weights has the right expectation, Z for forward chains and 1/Z for reverse ones. By Jensen's
/// inequality its logarithm errs, on average, to one side: a forward estimate of log Z is too low, a reverse one too high.
/// The standard error sees only what the chains have seen; a part of the model that none of them visits, it does not.
/// </remarks>
public sealed class LogPartitionEstimate
{
    private const double LeastEffectiveChains = 10;
    private const double LeastEffectivePart = 0.05;

    internal LogPartitionEstimate(IReadOnlyList<double> logWeights, bool isReverse)
    {
        LogWeights = logWeights;
        IsReverse = isReverse;
        var logMean = Evaluation.LogWeights.LogMean(logWeights);
        LogPartition = isReverse ? -logMean : logMean;
        StandardError = Evaluation.LogWeights.RelativeError(logWeights);
        EffectiveChains = Evaluation.LogWeights.EffectiveCount(logWeights);
        Warning = Check();
    }

    /// <summary>The estimate of log Z, in nats.</summary>
    public double LogPartition { get; }

    /// <summary>Standard error of <see cref="LogPartition"/>, in nats, by the delta method: that of the mean weight, over the mean weight.</summary>
    public double StandardError { get; }

    /// <summary>
    /// The logarithm of the mean weight less three of its standard errors; -∞, or for reverse chains +∞, where nothing is left of it.
    /// </summary>
    public double Lower => IsReverse ? LogPartition - Math.Log(1 + (3 * StandardError)) : LogPartition + LogOfRest;

    /// <summary>The same with three standard errors more.</summary>
    public double Upper => IsReverse ? LogPartition - LogOfRest : LogPartition + Math.Log(1 + (3 * StandardError));

    /// <summary>
    /// Effective number of chains, from 1 to the number that there are: (Σ w)² / Σ w² of the weights w. Where it is small,
    /// a few chains made the result.
    /// </summary>
    public double EffectiveChains { get; }

    /// <summary>Logarithms of the weights, one for each chain: of estimates of Z, or for reverse chains of 1/Z.</summary>
    public IReadOnlyList<double> LogWeights { get; }

    /// <summary>Whether the chains went from the model to the base-rate model.</summary>
    public bool IsReverse { get; }

    /// <summary>Why the estimate is not to be trusted; null where nothing speaks against it.</summary>
    public string? Warning { get; }

    /// <summary>Whether nothing speaks against the estimate: there is no <see cref="Warning"/>.</summary>
    public bool IsReliable => Warning is null;

    private double LogOfRest => Math.Log(Math.Max(0, 1 - (3 * StandardError)));

    /// <summary>The estimate and its standard error.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"log Z = {LogPartition:f3} ± {StandardError:f3}{(IsReliable ? "" : " (unreliable)")}");

    private string? Check()
    {
        if (!LogWeights.All(double.IsFinite))
            return "A weight is not finite: the model's parameters may be NaN or far too large.";
        if (EffectiveChains >= Math.Max(LeastEffectiveChains, LeastEffectivePart * LogWeights.Count))
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Only {EffectiveChains:f1} of {LogWeights.Count} chains are effective: the estimate rests on a few of them. Take more inverse temperatures, or more chains.");
    }
}
