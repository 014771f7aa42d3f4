namespace DeepBelief.Evaluation;

/// <summary>Averages of numbers given by their logarithms.</summary>
internal static class LogWeights
{
    /// <summary>log of the mean of exp(x).</summary>
    public static double LogMean(IReadOnlyList<double> values)
    {
        var most = values.Max();
        return double.IsFinite(most) ? most + Math.Log(values.Average(x => Math.Exp(x - most))) : most;
    }

    /// <summary>Relative standard error of the mean of exp(x): the standard error of its logarithm (delta method).</summary>
    public static double RelativeError(IReadOnlyList<double> values)
    {
        var logMean = LogMean(values);
        var squares = values.Sum(x => Square(Math.Exp(x - logMean) - 1));
        return Math.Sqrt(squares / (values.Count - 1) / values.Count);
    }

    /// <summary>(Σ w)² / Σ w² of the weights w = exp(x) (Kong, Liu and Wong 1994).</summary>
    public static double EffectiveCount(IReadOnlyList<double> values)
    {
        var most = values.Max();
        return Square(values.Sum(x => Math.Exp(x - most))) / values.Sum(x => Math.Exp(2 * (x - most)));
    }

    private static double Square(double x) => x * x;
}
