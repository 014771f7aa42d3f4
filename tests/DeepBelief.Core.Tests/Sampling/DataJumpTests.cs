using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Sampling;

public sealed class DataJumpTests
{
    public static TheoryData<string> Kinds => new([.. UnitCases.Names]);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("bernoulli", ScalarType.Float32)]
    [InlineData("bernoulli", ScalarType.Float64)]
    [InlineData("spin", ScalarType.Float64)]
    [InlineData("binomial", ScalarType.Float64)]
    [InlineData("softmax", ScalarType.Float64)]
    [InlineData("gaussian", ScalarType.Float64)]
    [InlineData("relu", ScalarType.Float32)]
    [InlineData("relu", ScalarType.Float64)]
    public void Jumps_leave_the_model_distribution_as_it_is(string hidden, ScalarType type)
    {
        const int Chains = 100_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, hidden, 3, weights: 0.8);
        var exact = Enumeration.VisibleProbabilities(rbm);
        _ = rbm.to(type);
        // The rows are not at all as the model has them, and chains that start at one of them have far to go.
        var rows = torch.tensor(new double[,] { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 1 }, { 1, 1, 0 } }).to(type);
        using var generator = new Generator(8);
        using var sampler = new PersistentContrastiveDivergence(1, Chains).CreateSampler(rbm, rows, generator);
        for (var update = 0; update < 59; update++)
            sampler.Sample(rows).Dispose();
        var states = sampler.Sample(rows).to(ScalarType.Float64).mv(torch.tensor(new[] { 1.0, 2, 4 }));
        sampler.TakeDiagnostics()["jump_acceptance"].Should().BeInRange(0.2, 0.9);
        var counts = Enumeration.Read(torch.bincount(states.to(ScalarType.Int64), minlength: 8));
        for (var s = 0; s < 8; s++)
            (counts[s] / Chains).Should().BeApproximately(exact[s], 5 * Math.Sqrt(exact[s] * (1 - exact[s]) / Chains));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Kinds))]
    public void Jumps_leave_the_hidden_states_as_likely_as_they_are_for_every_kind_of_visible_units(string visible)
    {
        const int Chains = 100_000;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var rbm = Make.Rbm(visible, 6, "bernoulli", 3, weights: 0.6);
        var exact = Enumeration.Read(rbm.HiddenFreeEnergy(Enumeration.States(3)).neg().softmax(0));
        var rows = rbm.Visible.Sample(Make.Normal(2, 1, 4, 6));
        using var generator = new Generator(8);
        using var sampler = new PersistentContrastiveDivergence(1, Chains).CreateSampler(rbm, rows, generator);
        for (var update = 0; update < 60; update++)
            sampler.Sample(rows).Dispose();
        sampler.TakeDiagnostics()["jump_acceptance"].Should().BeGreaterThan(0.1);
        // The chains' h that goes on is drawn in the last step of the update before.
        using var likelihood = LikelihoodGradient.Create(rbm, sampler, null, rows);
        likelihood.Compute(rows);
        var states = sampler.State["chains"].mv(torch.tensor(new[] { 1.0, 2, 4 }));
        var counts = Enumeration.Read(torch.bincount(states.to(ScalarType.Int64), minlength: 8));
        for (var s = 0; s < 8; s++)
            (counts[s] / Chains).Should().BeApproximately(exact[s], 5 * Math.Sqrt(exact[s] * (1 - exact[s]) / Chains));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Chains_jump_between_modes_in_the_model_s_proportions(bool tempered, bool jump)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = AllOrNothing();
        // p(all on) / p(all off): e^log 3 for the visible units' biases, which are log(3) / 12 more than those that favour neither.
        using (torch.no_grad())
            _ = ((BernoulliUnits)rbm.Visible).Bias.add_(Math.Log(3) / 12);
        var rows = torch.cat([torch.zeros(9, 12), torch.ones(1, 12)]);
        NegativePhase phase = tempered
            ? new ParallelTempering([0.9, 1], chains: 200) { Jumps = jump }
            : new PersistentContrastiveDivergence(1, 200) { Jumps = jump, WarmUp = 0 };
        using var generator = new Generator(3);
        using var sampler = phase.CreateSampler(rbm, rows, generator);
        var total = 0.0;
        for (var update = 0; update < 400; update++)
        {
            using var states = sampler.Sample(rows);
            if (update >= 200)
                total += states.mean().ToDouble() / 200;
        }

        if (jump)
            total.Should().BeApproximately(0.75, 0.03);
        else
            total.Should().BeLessThan(0.2, "one row in ten is on, and no chain leaves its mode");
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(1)]
    [InlineData(10)]
    public void Chains_leave_a_mode_that_the_data_hardly_have_as_soon_as_they_should(int chains)
    {
        using var scope = torch.NewDisposeScope();
        // All on as often as all off, but one row in fifty is on: chains that are on refuse most offers.
        using var rbm = Rbm.Bernoulli(8, 1, WeightInitialization.Normal(0));
        using (torch.no_grad())
        {
            _ = rbm.Weight.fill_(12);
            _ = ((BernoulliUnits)rbm.Visible).Bias.fill_(-6);
            _ = ((BernoulliUnits)rbm.Hidden).Bias.fill_(-48);
        }

        var rows = torch.arange(50).eq(0).to(ScalarType.Float32).unsqueeze(1).repeat(1, 8);
        using var generator = new Generator(5);
        using var sampler = new PersistentContrastiveDivergence(1, chains).CreateSampler(rbm, rows, generator);
        const int Updates = 30_000;
        var total = 0.0;
        for (var update = 0; update < Updates; update++)
        {
            using var states = sampler.Sample(rows);
            total += states.mean().ToDouble() / Updates;
        }

        // A chain that is on stays for some 50 offers; with ten chains some thousand stays are independent.
        total.Should().BeApproximately(0.5, chains == 1 ? 0.2 : 0.07);
    }

    [Fact]
    public void Settings_of_jumps_are_values()
    {
        new PersistentContrastiveDivergence(1, 5).Should().NotBe(new PersistentContrastiveDivergence(1, 5) { Jumps = false });
        new ParallelTempering(3, 5).Should().Be(new ParallelTempering(3, 5)).And.NotBe(new ParallelTempering(3, 5) { Jumps = false });
        var negative = () => new PersistentContrastiveDivergence { WarmUp = -1 };
        negative.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*null, or 0 or more*");
    }

    /// <summary>All off or all on, and nothing in between, as often as each other: each of 12 visible units sees 6 hidden ones that agree.</summary>
    private static Rbm AllOrNothing()
    {
        var rbm = Rbm.Bernoulli(12, 6, WeightInitialization.Normal(0));
        using var noGrad = torch.no_grad();
        _ = rbm.Weight.fill_(1.8);
        _ = ((BernoulliUnits)rbm.Visible).Bias.fill_(-5.4);
        _ = ((BernoulliUnits)rbm.Hidden).Bias.fill_(-10.8);
        return rbm;
    }
}
