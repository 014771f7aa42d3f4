using DeepBelief.Units;

namespace DeepBelief.Cli.Models;

/// <summary>A kind of units, as the command line names it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Create">Makes units for so many columns.</param>
internal sealed record UnitChoice(string Name, Func<long, UnitLayer> Create)
{
    /// <summary>The names, for help.</summary>
    public const string Names = "bernoulli, gaussian, relu, spin, binomial:TRIALS or softmax:CATEGORIES";

    private static readonly UnitChoice Bernoulli = new("bernoulli", size => new BernoulliUnits(size));
    private static readonly UnitChoice Gaussian = new("gaussian", size => new GaussianUnits(size));

    /// <summary>Reads a name; null if there is no such kind.</summary>
    public static UnitChoice? Find(string text)
    {
        var (name, number) = text.Split(':') is [var first, var second] && long.TryParse(second, out var given) && given >= 1 ? (first, given) : (text, 0);
        return (name, number) switch
        {
            ("bernoulli", 0) => Bernoulli,
            ("gaussian", 0) => Gaussian,
            ("relu", 0) => new(text, size => new ReluUnits(size)),
            ("spin", 0) => new(text, size => new SpinUnits(size)),
            ("binomial", > 0 and <= BinomialUnits.MostTrials) => new(text, size => new BinomialUnits(size, number)),
            ("softmax", > 0) => new(text, size => size % number == 0 ? new SoftmaxUnits(size / number, number) : throw new UsageException($"{text}: expected groups of {number} units, found {size} units in all.")),
            _ => null,
        };
    }

    /// <summary>The kind for rows of numbers: bits where all are between 0 and 1, else real numbers.</summary>
    public static UnitChoice For(Tensor rows)
    {
        var known = rows.nan_to_num(0);
        return known.min().item<float>() >= 0 && known.max().item<float>() <= 1 ? Bernoulli : Gaussian;
    }
}
