using DeepBelief.Samples.Densities;
using TorchSharp;

namespace DeepBelief.Samples.Tests.Densities;

public sealed class DensityTests
{
    public static TheoryData<string> Names => new(PlaneDensity.All.Select(density => density.Name));

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Names))]
    public void Points_are_drawn_from_the_density(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(1);
        var density = PlaneDensity.All.Single(d => d.Name == name);
        var points = PlaneGrid.Wide.Points();
        var weights = density.LogDensity(points).exp() * PlaneGrid.Wide.CellArea;
        weights.sum().ToDouble().Should().BeApproximately(1, 1e-3);

        var drawn = density.Sample(20_000, generator);

        // Six standard errors: the mean, and the mean of |x|² and of x1 x2, by the density and by points.
        foreach (var statistic in new Func<torch.Tensor, torch.Tensor>[] { x => x.select(1, 0), x => x.select(1, 1), x => x.square().sum(1), x => x.prod(1) })
        {
            var expected = (weights * statistic(points)).sum().ToDouble();
            var variance = (weights * statistic(points).square()).sum().ToDouble() - (expected * expected);
            statistic(drawn).mean().ToDouble().Should().BeApproximately(expected, 6 * Math.Sqrt(variance / 20_000));
        }
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("Two moons", 0.25)]
    [InlineData("Rings", 0.3)]
    [InlineData("Eight Gaussians", 0.3)]
    public void A_short_run_learns_the_density(string name, double bound)
    {
        var density = PlaneDensity.All.Single(d => d.Name == name);
        using var model = new Recipe { Epochs = 15 }.Train(density);

        // The untrained network is worse than flat: a flat model on the data's square has 0.9 nats and more.
        PlaneGrid.Wide.Divergence(density, model).Should().BeInRange(0, bound);
    }
}
