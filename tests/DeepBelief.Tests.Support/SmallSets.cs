using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>A data set on which the exact likelihood of a small RBM can be computed, and how long to train on it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Rows">Creates the rows, the same at each call: <c>[rows, columns]</c>, float32.</param>
/// <param name="Units">Creates the visible units for a number of columns.</param>
/// <param name="Hidden">Number of binary hidden units.</param>
/// <param name="Epochs">Epochs of training.</param>
internal sealed record SmallSet(string Name, Func<Tensor> Rows, Func<long, UnitLayer> Units, int Hidden, int Epochs)
{
    /// <summary>The mean log-likelihood of a row that no model exceeds, in nats; null if not known.</summary>
    public double? Best { get; init; }

    public Rbm NewRbm(long columns, long seed) => new(Units(columns), new BernoulliUnits(Hidden), seed: seed);
}

/// <summary>Twenty small sets: bits, counts, categories, reals and mixtures; balanced and skewed; few and many rows and columns.</summary>
internal static class SmallSets
{
    public static IReadOnlyList<SmallSet> All { get; } =
    [
        Bits("bars 3x3", () => Repeat(Bars(3), 20), 12, 300) with { Best = -Math.Log(14) },
        Bits("bars 4x4", () => Repeat(Bars(4), 20), 16, 300) with { Best = -Math.Log(30) },
        Bits("halves", () => Repeat(torch.tensor(new float[,] { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }), 100), 4, 100) with { Best = -Math.Log(2) },
        Bits("shifter", Shifter, 14, 100) with { Best = -Math.Log(768) },
        Bits("prototypes", () => Prototypes(500, 16, 5, 0.5, 0.05), 12, 50),
        Bits("rare pairs", () => Flip(Draw(1, 2000, 5, 0.05).repeat_interleave(4, dim: 1), 2, 0.01), 10, 20),
        Bits("skewed classes", () => torch.cat([Prototypes(970, 12, 1, 0.5, 0.05), Prototypes(30, 12, 1, 0.5, 0.05, seed: 9)]), 8, 50),
        Bits("twenty rows", () => Draw(3, 20, 8, 0.5), 8, 100),
        Bits("twenty thousand rows", () => Prototypes(20_000, 12, 8, 0.5, 0.1), 10, 5),
        Bits("784 columns", () => Prototypes(1000, 784, 10, 0.2, 0.05), 12, 10),
        Bits("4096 columns", () => Prototypes(200, 4096, 4, 0.3, 0.02), 6, 20),
        Bits("one bit in a hundred", () => Flip(Prototypes(1000, 300, 20, 0.02, 0), 4, 0.002), 12, 20),
        new("spins", () => (Prototypes(500, 10, 4, 0.5, 0.08) * 2) - 1, columns => new SpinUnits(columns), 8, 50),
        new("counts", () => Counts(600, 8, 3), columns => new BinomialUnits(columns, 5), 8, 50),
        new("categories", () => Categories(800, 6, 4, 3), columns => new SoftmaxUnits(columns / 4, 4), 8, 50),
        new("two clusters", () => Clusters(1000, 0.03f, [-0.225f, 0.225f]), columns => new GaussianUnits(columns), 2, 200) { Best = Normal(0.03) - Math.Log(2) },
        new("two scales", () => Normals(5, 1000, 2) * torch.tensor(new[] { 1f, 1000 }), columns => new GaussianUnits(columns), 2, 50) { Best = Normal(1) + Normal(1000) },
        new("reals of rare classes", RareClass, columns => new GaussianUnits(columns), 12, 20),
        new("far from zero", () => (Normals(6, 500, 3) * torch.tensor(new[] { 0.1f, 5, 20 })) + torch.tensor(new[] { 100f, -1000, 10 }), columns => new GaussianUnits(columns), 4, 50)
            { Best = Normal(0.1) + Normal(5) + Normal(20) },
        new("mixed", Mixed, columns => new CompositeUnits(new GaussianUnits(2), new BernoulliUnits(3), new SoftmaxUnits(1, 3)), 8, 50),
    ];

    public static SmallSet Get(string name) => All.Single(set => set.Name == name);

    private static SmallSet Bits(string name, Func<Tensor> rows, int hidden, int epochs)
        => new(name, Scoped(rows), columns => new BernoulliUnits(columns), hidden, epochs);

    private static Func<Tensor> Scoped(Func<Tensor> rows) => () =>
    {
        using var scope = torch.NewDisposeScope();
        return rows().contiguous().MoveToOuterDisposeScope();
    };

    // The mean log-density of a normal distribution.
    private static double Normal(double deviation) => -0.5 * Math.Log(2 * Math.PI * Math.E * deviation * deviation);

    private static Tensor Repeat(Tensor rows, long times) => rows.repeat(times, 1);

    /// <summary>All images of full rows or of full columns, each once.</summary>
    private static Tensor Bars(int size)
    {
        var patterns = Enumerable.Range(0, 1 << size).Select(n => Enumerable.Range(0, size).Select(i => (float)((n >> i) & 1)).ToArray());
        var images = patterns.SelectMany(p => new[]
        {
            Enumerable.Range(0, size * size).Select(i => p[i / size]).ToArray(),
            Enumerable.Range(0, size * size).Select(i => p[i % size]).ToArray(),
        });
        var distinct = images.DistinctBy(image => string.Concat(image)).ToArray();
        return torch.tensor(distinct.SelectMany(image => image).ToArray()).reshape(distinct.Length, size * size);
    }

    /// <summary>Eight bits, the same rotated left, right or not at all, and which (Hinton and Sejnowski 1986).</summary>
    private static Tensor Shifter()
    {
        var rows = new float[768, 19];
        for (var row = 0; row < 768; row++)
        {
            var (bits, shift) = (row / 3, row % 3);
            for (var i = 0; i < 8; i++)
                rows[row, i] = rows[row, 8 + ((i + shift + 7) % 8)] = (bits >> i) & 1;
            rows[row, 16 + shift] = 1;
        }

        return torch.tensor(rows);
    }

    private static Tensor Prototypes(long rows, long columns, long count, double density, double flips, ulong seed = 7)
    {
        var prototypes = Draw(seed, count, columns, density);
        using var generator = new Generator(seed + 1);
        return Flip(prototypes.index_select(0, torch.randint(0L, count, new[] { rows }, ScalarType.Int64, generator: generator)), seed + 2, flips);
    }

    private static Tensor Draw(ulong seed, long rows, long columns, double probability)
    {
        using var generator = new Generator(seed);
        return torch.rand(new[] { rows, columns }, ScalarType.Float32, generator: generator).lt(probability).to(ScalarType.Float32);
    }

    private static Tensor Flip(Tensor bits, ulong seed, double probability) => (bits - Draw(seed, bits.shape[0], bits.shape[1], probability)).abs();

    private static Tensor Normals(ulong seed, long rows, long columns)
    {
        using var generator = new Generator(seed);
        return torch.randn(new[] { rows, columns }, ScalarType.Float32, generator: generator);
    }

    private static Tensor Counts(long rows, long columns, long classes)
    {
        var prototypes = Draw(8, classes, columns, 0.5);
        var chosen = prototypes.index_select(0, torch.arange(rows, ScalarType.Int64).remainder(classes));
        return Enumerable.Range(0, 5).Select(i => Flip(chosen, (ulong)(20 + i), 0.15)).Aggregate((a, b) => a + b);
    }

    private static Tensor Categories(long rows, long groups, long categories, long classes)
    {
        using var generator = new Generator(10);
        var favourites = torch.randint(0L, categories, new[] { classes, groups }, ScalarType.Int64, generator: generator);
        var chosen = favourites.index_select(0, torch.arange(rows, ScalarType.Int64).remainder(classes));
        var other = torch.randint(0L, categories, new[] { rows, groups }, ScalarType.Int64, generator: generator);
        var drawn = torch.where(Draw(11, rows, groups, 0.15).to(ScalarType.Bool), other, chosen);
        return torch.nn.functional.one_hot(drawn, categories).to(ScalarType.Float32).reshape(rows, groups * categories);
    }

    private static Tensor Clusters(long rows, float deviation, float[] centres)
        => (Normals(12, rows, 1) * deviation) + torch.tensor(centres).repeat(rows / centres.Length).unsqueeze(1);

    /// <summary>Twenty standardised columns; three rows in a hundred have all of them shifted by 2.</summary>
    private static Tensor RareClass()
    {
        var rows = Normals(13, 1000, 20);
        _ = rows.narrow(0, 0, 30).add_(2);
        var mean = rows.mean([0]);
        return (rows - mean) / rows.std(0, unbiased: false);
    }

    private static Tensor Mixed()
    {
        const long Rows = 600;
        var bits = Prototypes(Rows, 3, 3, 0.5, 0.1);
        var place = bits.sum(1, keepdim: true);
        var reals = torch.cat([Normals(14, Rows, 1) + place, (Normals(15, Rows, 1) * 3) - (place * 4)], 1);
        var category = torch.nn.functional.one_hot(place.to(ScalarType.Int64).squeeze(1).remainder(3), 3).to(ScalarType.Float32);
        return torch.cat([reals, bits, category], 1);
    }
}
