using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Models;

/// <summary>Langevin dynamics on densities whose moments are known.</summary>
public sealed class LangevinTests
{
    private const int Chains = 40_000;

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    public void Adjusted_chains_leave_a_normal_density_as_it_is(double temperature)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        // Steps so large that many are rejected: without the Metropolis rule the variances would grow by a third and more.
        var langevin = new Langevin { StepSize = 1, Steps = 8, Temperature = temperature };
        var deviations = torch.tensor(new[] { 1, 1.4 });
        var mean = torch.tensor(new[] { 2.0, -1 });
        var start = mean + (Math.Sqrt(temperature) * deviations * torch.randn(Chains, 2, ScalarType.Float64, generator: generator));

        var after = langevin.Run(x => ((x - mean) / deviations).square().sum(1) / 2, start, generator);

        Moments(after, mean, deviations.square() * temperature);
        after.ne(start).to(ScalarType.Float64).mean().ToDouble().Should().BeGreaterThan(0.9, "chains that stand still would pass, too");
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    public void Unadjusted_chains_have_the_variance_that_the_step_size_gives_them(double temperature)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(2);
        // x' = (1 - ε / (2 s²)) x + √(ε T) n, whose variance V stays where V (1 - (1 - ε / (2 s²))²) = ε T.
        var langevin = new Langevin { StepSize = 1, Steps = 60, Adjusted = false, Temperature = temperature };
        var variances = torch.tensor(new[] { 0.6, 1, 4 });
        var biased = variances * temperature / (1 - (langevin.StepSize / (4 * variances)));
        var start = torch.zeros(Chains, 3, ScalarType.Float64);

        var after = langevin.Run(x => (x.square() / (2 * variances)).sum(1), start, generator);

        Moments(after, torch.zeros(3, ScalarType.Float64), biased);
        (biased / (variances * temperature)).max().ToDouble().Should().BeGreaterThan(1.5);
    }

    [Fact]
    public void Adjusted_chains_keep_the_weights_of_a_mixture()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(3);
        var (weight, near, far) = (0.8, -1.5, 1.0);
        var langevin = new Langevin { StepSize = 0.8, Steps = 20 };
        var isNear = torch.rand(new long[] { Chains, 1 }, ScalarType.Float64, generator: generator).lt(weight).to(ScalarType.Float64);
        var start = (isNear * near) + ((1 - isNear) * far) + (0.5 * torch.randn(Chains, 1, ScalarType.Float64, generator: generator));

        var after = langevin.Run(Energy, start, generator);

        var mean = (weight * near) + ((1 - weight) * far);
        var variance = 0.25 + (weight * (1 - weight) * (near - far) * (near - far));
        after.mean().ToDouble().Should().BeApproximately(mean, 5 * Math.Sqrt(variance / Chains));
        (after - mean).square().mean().ToDouble().Should().BeApproximately(variance, 0.04 * variance);
        var crossed = after.gt(-0.25).ne(start.gt(-0.25)).to(ScalarType.Float64).mean().ToDouble();
        crossed.Should().BeGreaterThan(0.05, "chains go to and fro between both parts");

        Tensor Energy(Tensor x)
        {
            var parts = torch.cat([Math.Log(weight) - (2 * (x - near).square()), Math.Log(1 - weight) - (2 * (x - far).square())], 1);
            return parts.logsumexp(1).neg();
        }
    }

    [Fact]
    public void The_acceptance_rate_is_the_integral_over_density_and_proposals()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(4);
        const double Step = 2.5;
        var langevin = new Langevin { StepSize = Step, Steps = 1 };
        var start = torch.randn(200_000, 1, ScalarType.Float64, generator: generator);

        var rate = langevin.AcceptanceRate(x => x.square().sum(1) / 2, start, generator);

        // For E = x² / 2, a proposal is y = (1 - ε/2) x + √ε n, and its log ratio is ε (x² - y²) / 8.
        var x = torch.linspace(-7, 7, 1401, ScalarType.Float64).unsqueeze(1);
        var n = torch.linspace(-7, 7, 1401, ScalarType.Float64).unsqueeze(0);
        var y = ((1 - (Step / 2)) * x) + (Math.Sqrt(Step) * n);
        var weights = ((x.square() + n.square()) / -2).exp();
        var accepted = ((x.square() - y.square()) * Step / 8).clamp(max: 0).exp();
        var exact = ((weights * accepted).sum() / weights.sum()).ToDouble();
        rate.Should().BeApproximately(exact, 5 * Math.Sqrt(exact * (1 - exact) / 200_000));
        exact.Should().BeInRange(0.3, 0.9);
        (langevin with { Adjusted = false }).AcceptanceRate(v => v.square().sum(1), start).Should().Be(1);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(true)]
    [InlineData(false)]
    public void Held_units_stay_and_the_others_follow_their_conditional_density(bool adjusted)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(5);
        // Unit variances and a correlation of r: given x0, x1 has the mean r x0 and the variance 1 - r².
        const double Correlation = 0.8;
        const double Variance = 1 - (Correlation * Correlation);
        var step = adjusted ? 0.5 : 0.02;
        var langevin = new Langevin { StepSize = step, Steps = adjusted ? 30 : 150, Adjusted = adjusted };
        var start = torch.full(new long[] { Chains, 2 }, 1.5, ScalarType.Float64);

        var after = langevin.Run(
            x => ((x.square().sum(1) - (2 * Correlation * x.prod(1))) / (2 * Variance)),
            start,
            generator,
            torch.tensor(new[] { true, false }).unsqueeze(0));

        after.select(1, 0).eq(1.5).all().item<bool>().Should().BeTrue();
        var expected = adjusted ? Variance : Variance / (1 - (step / (4 * Variance)));
        Moments(after.narrow(1, 1, 1), torch.tensor(new[] { Correlation * 1.5 }), torch.tensor(new[] { expected }));
    }

    [Fact]
    public void Bounds_make_an_adjusted_chain_draw_from_the_density_within_them()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(6);
        // exp(-x) between 0 and 1: mean (1 - 2/e) / (1 - 1/e).
        var langevin = new Langevin { StepSize = 0.1, Steps = 60, Lower = 0, Upper = 1 };
        var start = torch.full(new long[] { Chains, 1 }, 0.9, ScalarType.Float64);

        // The energies are a view of the states.
        var after = langevin.Run(x => x.select(1, 0), start, generator);
        var put = (langevin with { Adjusted = false }).Run(x => x.sum(1), start, generator);

        var mean = (1 - (2 / Math.E)) / (1 - (1 / Math.E));
        after.mean().ToDouble().Should().BeApproximately(mean, 5 * 0.29 / Math.Sqrt(Chains));
        foreach (var states in new[] { after, put })
        {
            states.min().ToDouble().Should().BeGreaterThanOrEqualTo(0);
            states.max().ToDouble().Should().BeLessThanOrEqualTo(1);
        }

        put.eq(0).any().item<bool>().Should().BeTrue("an unadjusted chain is put back to the bound");
    }

    [Fact]
    public void Steps_depend_on_the_generator_alone_and_leave_no_gradients()
    {
        using var scope = torch.NewDisposeScope();
        using var network = torch.nn.Linear(3, 1);
        var start = torch.randn(5, 3);
        var langevin = new Langevin();

        Near.SameBits(Run(7), Run(7)).Should().BeTrue();
        Near.SameBits(Run(7), Run(8)).Should().BeFalse();
        network.parameters().Where(p => p.grad is not null).Should().BeEmpty();
        start.requires_grad.Should().BeFalse();

        Tensor Run(ulong seed)
        {
            using var generator = new Generator(seed);
            return langevin.Run(x => network.call(x).squeeze(1).square(), start, generator);
        }
    }

    [Fact]
    public void Options_and_energies_that_do_not_fit_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        var start = torch.zeros(4, 2);
        Refused(new() { StepSize = 0 }, "StepSize");
        Refused(new() { StepSize = double.NaN }, "StepSize");
        Refused(new() { Steps = 0 }, "Steps");
        Refused(new() { Temperature = 0 }, "Temperature");
        Refused(new() { Lower = 1, Upper = 1 }, "Lower");
        var run = () => new Langevin().Run(x => x.square(), start);
        run.Should().Throw<ArgumentException>().WithMessage("Expected one energy per row, shape [4], found [4, 2].*");

        void Refused(Langevin langevin, string option)
        {
            var run = () => langevin.Run(x => x.sum(1), start);
            run.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(option);
        }
    }

    // Within 5 standard errors; those of a variance are for a normal density.
    private static void Moments(Tensor states, Tensor mean, Tensor variance)
    {
        var count = states.shape[0];
        var errors = (variance / count).sqrt();
        ((states.mean(new long[] { 0 }) - mean) / errors).abs().max().ToDouble().Should().BeLessThan(5);
        var measured = (states - mean).square().mean(new long[] { 0 });
        ((measured / variance) - 1).abs().max().ToDouble().Should().BeLessThan(5 * Math.Sqrt(2.0 / count));
    }
}
