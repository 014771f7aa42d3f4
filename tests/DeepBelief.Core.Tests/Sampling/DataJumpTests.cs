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
    [InlineData("bernoulli")]
    [InlineData("spin")]
    [InlineData("binomial")]
    [InlineData("softmax")]
    [InlineData("gaussian")]
    [InlineData("relu")]
    public void Jumps_leave_the_model_distribution_as_it_is(string hidden)
    {
        const int Chains = 100_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, hidden, 3, weights: 0.8);
        var exact = Enumeration.VisibleProbabilities(rbm);
        // The rows are not at all as the model has them, and chains that start at one of them have far to go.
        var rows = torch.tensor(new double[,] { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 1 }, { 1, 1, 0 } });
        using var generator = new Generator(8);
        using var sampler = new PersistentContrastiveDivergence(1, Chains).CreateSampler(rbm, rows, generator);
        for (var update = 0; update < 59; update++)
            sampler.Sample(rows).Dispose();
        var states = sampler.Sample(rows).mv(torch.tensor(new[] { 1.0, 2, 4 }));
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

    [Fact]
    public void Offers_that_no_chain_takes_become_rare_and_come_back_with_those_that_some_take()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = AllOrNothing();
        using (torch.no_grad())
            _ = ((BernoulliUnits)rbm.Visible).Bias.add_(-4);
        var (off, on) = (torch.zeros(5, 12), torch.ones(5, 12));
        using var generator = new Generator(3);
        using var sampler = new PersistentContrastiveDivergence(1, 50).CreateSampler(rbm, off, generator);
        // Rows on, which the model hardly ever is.
        Offers(on, 200).Should().BeInRange(5, 20);
        // Rows as the model has them.
        _ = Offers(off, 40);
        Offers(off, 100).Should().Be(100);

        int Offers(Tensor rows, int updates)
        {
            var offers = 0;
            for (var update = 0; update < updates; update++)
            {
                sampler.Sample(rows).Dispose();
                offers += double.IsNaN(sampler.TakeDiagnostics()["jump_acceptance"]) ? 0 : 1;
            }

            return offers;
        }
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
