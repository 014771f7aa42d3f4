using System.Globalization;

namespace DeepBelief.Evaluation;

/// <summary>An estimate of log Z by annealed chains, with its error.</summary>
/// <remarks>
/// The mean weight is unbiased: its expectation is Z for forward chains and 1/Z for reverse ones. By Jensen's inequality its
/// logarithm is biased: on average, a forward estimate of log Z is too low, a reverse one too high. The standard error
/// does not account for parts of the model that no chain visits.
/// </remarks>
public sealed class LogPartitionEstimate
{
    private const int LeastChains = 10;
    private const double LeastEffectiveChains = 10;
    private const double LeastEffectivePart = 0.05;

    // Of so few chains that even a half of them is fewer than are wanted of many.
    private const double LeastEffectivePartOfFew = 0.5;

    internal LogPartitionEstimate(IReadOnlyList<double> logWeights, bool isReverse, string? warning = null)
    {
        LogWeights = logWeights;
        IsReverse = isReverse;
        var logMean = Evaluation.LogWeights.LogMean(logWeights);
        LogPartition = isReverse ? -logMean : logMean;
        StandardError = Evaluation.LogWeights.RelativeError(logWeights);
        EffectiveChains = Evaluation.LogWeights.EffectiveCount(logWeights);
        Warning = Check(warning);
    }

    /// <summary>The estimate of log Z, in nats.</summary>
    public double LogPartition { get; }

    /// <summary>Standard error of <see cref="LogPartition"/>, in nats: the mean weight's relative error (delta method).</summary>
    public double StandardError { get; }

    /// <summary>The lower end of log Z, three standard errors of the mean weight away; -∞ if a forward mean is no larger.</summary>
    public double Lower => IsReverse ? LogPartition - Math.Log(1 + (3 * StandardError)) : LogPartition + LogOfRest;

    /// <summary>The upper end of log Z, three standard errors of the mean weight away; +∞ if a reverse mean is no larger.</summary>
    public double Upper => IsReverse ? LogPartition - LogOfRest : LogPartition + Math.Log(1 + (3 * StandardError));

    /// <summary>
    /// Effective number of chains, from 1 to the number of chains: (Σ w)² / Σ w² of the weights w. If it is small, a few chains
    /// dominate the result.
    /// </summary>
    public double EffectiveChains { get; }

    /// <summary>Log-weight of each chain: the logarithm of its estimate of Z, or of 1/Z for reverse chains.</summary>
    public IReadOnlyList<double> LogWeights { get; }

    /// <summary>True if the chains went from the model to the base-rate model.</summary>
    public bool IsReverse { get; }

    /// <summary>
    /// Why the estimate is unreliable: a weight is not finite, log Z may be infinite, there are fewer than 10 chains, or few of them are
    /// effective: fewer than 10 (of fewer than 20 chains, than half of them), or than 5 %. Null if it passes all checks.
    /// </summary>
    public string? Warning { get; }

    /// <summary>True if there is no <see cref="Warning"/>.</summary>
    public bool IsReliable => Warning is null;

    private double LogOfRest => Math.Log(Math.Max(0, 1 - (3 * StandardError)));

    /// <summary>Returns the estimate and its standard error.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"log Z = {LogPartition:f3} ± {StandardError:f3}{(IsReliable ? "" : " (unreliable)")}");

    private string? Check(string? warning)
    {
        if (!LogWeights.All(double.IsFinite))
            return "A weight is not finite: the model's parameters may be NaN or far too large.";
        if (warning is not null)
            return warning;
        if (LogWeights.Count < LeastChains)
            return string.Create(CultureInfo.InvariantCulture, $"Only {LogWeights.Count} chains: too few to tell from them how good the estimate is. Use {LeastChains} or more.");
        if (EffectiveChains >= Math.Max(Math.Min(LeastEffectiveChains, LeastEffectivePartOfFew * LogWeights.Count), LeastEffectivePart * LogWeights.Count))
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Only {EffectiveChains:f1} of {LogWeights.Count} chains are effective: the estimate rests on a few of them. Use more inverse temperatures or more chains.");
    }
}
