using DeepBelief.Evaluation;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>How probable a machine finds images, in nats an image, from both sides.</summary>
/// <param name="Lower">With the greater of both estimates of log Z: what one may claim.</param>
/// <param name="Upper">With the less of them; the same as <paramref name="Lower"/> where log Z is exact.</param>
/// <param name="StandardError">Of the more doubtful of both: that of log Z and of having so many images only.</param>
internal sealed record LikelihoodFigures(double Lower, double Upper, double StandardError)
{
    /// <summary>Of images, a mean over all of them.</summary>
    public static LikelihoodFigures Of(LogLikelihoodEstimate exact) => new(exact.Mean, exact.Mean, exact.StandardError);

    /// <inheritdoc cref="Of(LogLikelihoodEstimate)"/>
    public static LikelihoodFigures Of(LogLikelihoodBracket bracket)
        // By chance, forward annealing may find more of log Z than annealing backward.
        => new(Math.Min(bracket.Lower.Mean, bracket.Upper.Mean), Math.Max(bracket.Lower.Mean, bracket.Upper.Mean), Math.Max(bracket.Lower.StandardError, bracket.Upper.StandardError));
}
