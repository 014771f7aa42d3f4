using TorchSharp;

namespace DeepBelief.Samples.Densities;

/// <summary>
/// A density on the plane that is known exactly: normal noise about points that are all equally likely. Points along a
/// curve make a blurred curve.
/// </summary>
public sealed class PlaneDensity
{
    private readonly double[,] centres;
    private readonly double deviation;

    private PlaneDensity(string name, double deviation, IEnumerable<(double X, double Y)> centres)
    {
        Name = name;
        this.deviation = deviation;
        var all = centres.ToArray();
        this.centres = new double[all.Length, 2];
        foreach (var (i, (x, y)) in all.Index())
            (this.centres[i, 0], this.centres[i, 1]) = (x, y);
    }

    /// <summary>Two half circles, each reaching into the other.</summary>
    public static PlaneDensity TwoMoons { get; } = new("Two moons", 0.15,
    [
        .. Arc(1.3, 0, Math.PI, 60).Select(p => (p.X - 0.65, p.Y - 0.33)),
        .. Arc(1.3, Math.PI, 2 * Math.PI, 60).Select(p => (p.X + 0.65, p.Y + 0.33)),
    ]);

    /// <summary>A ring within another, both of the same height.</summary>
    public static PlaneDensity Rings { get; } = new("Rings", 0.15, [.. Arc(0.7, 0, 2 * Math.PI, 40), .. Arc(1.75, 0, 2 * Math.PI, 100)]);

    /// <summary>Eight normal densities on a circle, with gaps between them.</summary>
    public static PlaneDensity EightGaussians { get; } = new("Eight Gaussians", 0.2, Arc(1.6, 0, 2 * Math.PI, 8));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PlaneDensity> All { get; } = [TwoMoons, Rings, EightGaussians];

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Draws points.</summary>
    /// <param name="count">How many.</param>
    /// <param name="generator">Source of randomness.</param>
    /// <returns><c>[count, 2]</c>.</returns>
    public torch.Tensor Sample(int count, torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var chosen = torch.randint(0L, centres.GetLength(0), new long[] { count }, torch.ScalarType.Int64, generator: generator);
        var noise = torch.randn(new long[] { count, 2 }, generator: generator) * deviation;
        return (Centres().index_select(0, chosen) + noise).MoveToOuterDisposeScope();
    }

    /// <summary>Log density of points, in nats.</summary>
    /// <param name="points"><c>[points, 2]</c>.</param>
    /// <returns><c>[points]</c>.</returns>
    public torch.Tensor LogDensity(torch.Tensor points)
    {
        using var scope = torch.NewDisposeScope();
        var all = Centres();
        var distances = points.square().sum(1, keepdim: true) + all.square().sum(1) - (2 * points.mm(all.t()));
        var constant = Math.Log(2 * Math.PI * deviation * deviation * centres.GetLength(0));
        return ((distances / (-2 * deviation * deviation)).logsumexp(1) - constant).MoveToOuterDisposeScope();
    }

    private torch.Tensor Centres() => torch.tensor(centres).to(torch.ScalarType.Float32);

    // From the middle of the first piece to that of the last, so that a circle's last point is not its first.
    private static IEnumerable<(double X, double Y)> Arc(double radius, double from, double to, int points)
        => Enumerable.Range(0, points)
            .Select(i => from + ((to - from) * (i + 0.5) / points))
            .Select(angle => (radius * Math.Cos(angle), radius * Math.Sin(angle)));
}
