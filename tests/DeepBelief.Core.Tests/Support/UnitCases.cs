using DeepBelief.Tests.Oracles;
using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>A kind of unit as the theories over all kinds take it: how to make a layer, and its definition, term by term.</summary>
/// <param name="Name">The name in the theories.</param>
/// <param name="Create">Creates an untrained float32 layer of a size.</param>
/// <param name="Energy">The energy of a state of one such layer, as the definition of the units has it.</param>
/// <param name="States">The states of one unit, or of one group of units; null if they can't be listed.</param>
internal sealed record UnitCase(string Name, Func<long, UnitLayer> Create, Func<UnitLayer, double[], double> Energy, Func<UnitLayer, double[][]>? States)
{
    /// <summary>How far the means of units that start from the data may be from the data's.</summary>
    public double MeanTolerance { get; init; }

    /// <summary>True if units that start from the data take its variance, too.</summary>
    public bool TakesVariance { get; init; }

    /// <summary>True if their feed-forward modules compute the mean.</summary>
    public bool FeedsMeanForward { get; init; }

    /// <summary>A rate at which CD-10 in batches of 20 learns such data.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>The deviation of the inputs under which such data are drawn.</summary>
    public double Field { get; init; } = 1.5;

    /// <summary>The bound of a unit's variance, where a bit's is 1, by which automatic rates are smaller.</summary>
    public double Spread { get; init; } = 1;
}

/// <summary>All kinds of units. A new kind joins the theories by its entry here.</summary>
internal static class UnitCases
{
    public static IReadOnlyList<UnitCase> All { get; } =
    [
        Case("bernoulli", size => new BernoulliUnits(size), (units, x) => -Dot(x, units.Bias), _ => [[0], [1]])
            with { FeedsMeanForward = true },
        Case("gaussian", size => new GaussianUnits(size), (units, x) => Spread(x.Zip(Enumeration.Read(units.Bias), (a, b) => a - b), units.LogVariance))
            with { FeedsMeanForward = true, TakesVariance = true, LearningRate = 0.01 },
        Case("relu", size => new ReluUnits(size), (units, x) => Spread(x, units.LogVariance) - Dot(x, units.Bias))
            with { MeanTolerance = 1e-9, TakesVariance = true, LearningRate = 0.1 },
        Case("spin", size => new SpinUnits(size), (units, x) => -Dot(x, units.Bias), _ => [[-1], [1]])
            with { FeedsMeanForward = true, Spread = 4 },
        Case(
            "binomial",
            size => new BinomialUnits(size, 3),
            (units, x) => -Dot(x, units.Bias) - x.Sum(a => Math.Log(Choices(units.Trials, (long)a))),
            units => [.. Enumerable.Range(0, (int)units.Trials + 1).Select(n => new double[] { n })])
            with { Spread = 3 },
        // Categories are smoothed by one part in a hundred.
        Case("softmax", Softmax, (units, x) => -Dot(x, units.Bias), units => OneHot((int)units.Categories))
            with { MeanTolerance = 0.006 },
        // Units of a user's own.
        Case("example.rating", Rating, (units, x) => -x.Index().Sum(a => Enumeration.Read(units.Bias)[(a.Index * (int)units.Most) + (int)a.Item - 1]), units => [.. Enumerable.Range(1, (int)units.Most).Select(n => new double[] { n })])
            with { MeanTolerance = 0.02, Spread = 4 },
        Composite("composite", size => size > 3 ? new(new GaussianUnits(1), new ReluUnits(1), Softmax(size - 2)) : new(new GaussianUnits(1), new BernoulliUnits(size - 1)), isDiscrete: false)
            with { MeanTolerance = 0.006, LearningRate = 0.01 },
        Composite("bits and categories", size => new(new BernoulliUnits(1), Softmax(size - 1)), isDiscrete: true)
            with { MeanTolerance = 0.006 },
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(c => c.Name)];

    /// <summary>The kinds whose states can be listed.</summary>
    public static IReadOnlyList<string> DiscreteNames { get; } = [.. All.Where(c => c.States is not null).Select(c => c.Name)];

    public static UnitCase Get(string name) => All.Single(c => c.Name == name);

    /// <summary>The energy of a state, from the definition of the units.</summary>
    public static double Energy(UnitLayer units, double[] x) => Get(units).Energy(units, x);

    /// <summary>All joint states of a layer; the first unit varies slowest.</summary>
    public static IReadOnlyList<double[]> States(UnitLayer units)
    {
        IEnumerable<IReadOnlyList<double[]>> factors;
        if (units is CompositeUnits composite)
        {
            factors = composite.Parts.Select(States);
        }
        else
        {
            var states = Get(units).States!(units);
            factors = Enumerable.Repeat(states, (int)units.Size / states[0].Length);
        }

        return factors.Aggregate<IReadOnlyList<double[]>, List<double[]>>([[]], (all, next) => [.. all.SelectMany(left => next.Select(right => left.Concat(right).ToArray()))]);
    }

    private static UnitCase Get(UnitLayer units) => units is CompositeUnits ? Get("composite") : Get(units.Kind);

    private static UnitCase Case<TUnits>(string name, Func<long, TUnits> create, Func<TUnits, double[], double> energy, Func<TUnits, double[][]>? states = null)
        where TUnits : UnitLayer
        => new(name, create, (units, x) => energy((TUnits)units, x), states is null ? null : units => states((TUnits)units));

    private static UnitCase Composite(string name, Func<long, CompositeUnits> create, bool isDiscrete)
        => Case(name, create, EnergyOfParts, isDiscrete ? units => [.. States(units)] : null);

    private static double EnergyOfParts(CompositeUnits units, double[] x)
    {
        var start = 0;
        return units.Parts.Sum(part => Energy(part, x[start..(start += (int)part.Size)]));
    }

    private static Snippets.Recipes.RatingUnits Rating(long size)
    {
        DeepBelief.Persistence.UnitKinds.Register(Snippets.Recipes.RatingUnits.KindName, (count, settings) => new Snippets.Recipes.RatingUnits(count, settings.GetInt64("most")));
        return new(size, most: 3);
    }

    // Groups of two or three where the size allows.
    private static SoftmaxUnits Softmax(long size)
        => size % 3 == 0 ? new(size / 3, 3) : size % 2 == 0 ? new(size / 2, 2) : new(1, size);

    private static double[][] OneHot(int categories)
        => [.. Enumerable.Range(0, categories).Select(k => Enumerable.Range(0, categories).Select(i => i == k ? 1.0 : 0).ToArray())];

    private static double Dot(IEnumerable<double> x, Tensor factors) => x.Zip(Enumeration.Read(factors), (a, b) => a * b).Sum();

    private static double Spread(IEnumerable<double> x, Tensor logVariance) => x.Zip(Enumeration.Read(logVariance), (a, s) => a * a / (2 * Math.Exp(s))).Sum();

    private static double Choices(long n, long k) => k == 0 ? 1 : Choices(n - 1, k - 1) * n / k;
}
