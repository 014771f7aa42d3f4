using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Sampling;

public sealed class ParallelTemperingTests
{
    private static readonly double[] Ladder = [0, 0.3, 0.7, 1];

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("bernoulli", ScalarType.Float32)]
    [InlineData("bernoulli", ScalarType.Float64)]
    [InlineData("gaussian", ScalarType.Float32)]
    public void Chains_that_start_at_the_distributions_of_their_temperatures_stay_there(string visible, ScalarType type)
    {
        const int Chains = 100_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visible, 3, "bernoulli", 3, weights: 1.5);
        var data = Make.Bits(9, 50, 3, 0.7);
        var (a, d) = Fields(rbm, data);
        var states = Enumeration.States(3);
        var exact = Ladder.Select(beta => Normalised(
            rbm.Visible.CumulantGenerator((beta * states.mm(rbm.Weight)) + ((1 - beta) * a))
            + ((1 - beta) * states.mv(d.squeeze(0))) - rbm.Hidden.Energy(states))).ToArray();
        // In proportion to p_β(h), and in an order that has nothing to do with that of the neighbours.
        using var generator = new Generator(4);
        var start = torch.cat([.. exact.Select(Draw)]);

        using var copy = Make.Rbm(visible, 3, "bernoulli", 3, weights: 1.5);
        _ = copy.to(type);
        var sampler = new RbmTemperedChains(copy, Ladder, 5, generator, data.to(type), start.to(type));
        using (sampler)
        {
            var rows = sampler.Sample(torch.zeros(1, 3, type));
            for (var i = 0; i < Ladder.Length; i++)
                Frequencies(sampler.State["chains"].narrow(0, i * Chains, Chains)).ShouldBeFrequencies(exact[i], Chains);
            if (visible == "bernoulli")
                Frequencies(rows).ShouldBeFrequencies(Enumeration.VisibleProbabilities(rbm), Chains);
        }

        Tensor Draw(double[] p)
        {
            var counts = p.Select(x => (int)Math.Round(x * Chains)).ToArray();
            counts[0] += Chains - counts.Sum();
            var sorted = torch.cat([.. counts.Select((n, s) => states.narrow(0, s, 1).repeat(n, 1))]);
            return sorted.index_select(0, torch.randperm(Chains, ScalarType.Int64, generator: generator));
        }

        static double[] Frequencies(Tensor bits)
        {
            var numbers = bits.to(ScalarType.Float64).mv(torch.tensor(new[] { 1.0, 2, 4 })).to(ScalarType.Int64);
            return [.. Enumeration.Read(torch.bincount(numbers, minlength: 8)).Select(n => n / Chains)];
        }
    }

    [Fact]
    public void Swaps_are_accepted_as_often_as_the_distributions_overlap()
    {
        const int Chains = 50_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 2, weights: 2);
        var data = Make.Bits(9, 50, 3, 0.7);
        var (a, d) = Fields(rbm, data);
        using var generator = new Generator(4);
        using var sampler = new RbmTemperedChains(rbm, Ladder, 2, generator, data.clone(), torch.zeros(Ladder.Length * Chains, 2, ScalarType.Float64));
        for (var update = 0; update < 20; update++)
            sampler.Sample(data).Dispose();
        _ = sampler.TakeDiagnostics();
        sampler.Sample(data).Dispose();
        var found = sampler.TakeDiagnostics();

        // All pairs of states (v, h) and (v', h') at neighbouring temperatures.
        var (v, h) = (Enumeration.States(3).repeat(4, 1), Enumeration.States(2).repeat_interleave(8, 0));
        var field = v.mv(a.squeeze(0)) + h.mv(d.squeeze(0));
        var s = Enumeration.Read((v.mm(rbm.Weight.t()) * h).sum(1) - field);
        var own = Enumeration.Read(field - rbm.Visible.Energy(v) - rbm.Hidden.Energy(h));
        found.Keys.Should().Equal("swap_acceptance/0", "swap_acceptance/1", "swap_acceptance/2", "chain_correlation");
        for (var i = 0; i < 3; i++)
        {
            var (low, high) = (Ladder[i], Ladder[i + 1]);
            var (p, q) = (At(low), At(high));
            var expected = 0.0;
            for (var x = 0; x < 32; x++)
            {
                for (var y = 0; y < 32; y++)
                    expected += p[x] * q[y] * Math.Min(1, Math.Exp((low - high) * (s[y] - s[x])));
            }

            found[$"swap_acceptance/{i}"].Should().BeApproximately(expected, 5 * Math.Sqrt(expected * (1 - expected) / Chains));
            expected.Should().BeInRange(0.1, 0.95);
        }

        double[] At(double beta) => Normalised(torch.tensor(own.Zip(s, (a, b) => a + (beta * b)).ToArray()));
    }

    [Fact]
    public void Chains_get_from_one_mode_to_the_other_where_persistent_ones_are_stuck()
    {
        using var scope = torch.NewDisposeScope();
        // All off or all on, and nothing in between: each of 12 visible units sees 6 hidden ones that agree.
        using var rbm = Rbm.Bernoulli(12, 6, WeightInitialization.Normal(0));
        using (torch.no_grad())
        {
            _ = rbm.Weight.fill_(1.8);
            _ = ((BernoulliUnits)rbm.Visible).Bias.fill_(-5.4);
            _ = ((BernoulliUnits)rbm.Hidden).Bias.fill_(-10.8);
        }

        var off = torch.zeros(1, 12);
        using var generator = new Generator(3);
        using var stuck = new PersistentContrastiveDivergence(1, 100) { Jumps = false }.CreateSampler(rbm, off, generator);
        using var free = new RbmTemperedChains(rbm, new ParallelTempering(10).InverseTemperatures, 1, generator, torch.tensor(new float[] { 0, 1 }).unsqueeze(1).repeat(1, 12), torch.zeros(1000, 6));
        OnePart(stuck).Should().BeLessThan(0.02);
        OnePart(free).Should().BeInRange(0.4, 0.6);

        double OnePart(NegativeSampler sampler)
        {
            var total = 0.0;
            for (var update = 0; update < 600; update++)
            {
                using var rows = sampler.Sample(off);
                if (update >= 200)
                    total += rows.mean().ToDouble() / 400;
            }

            return total;
        }
    }

    [Fact]
    public void The_hottest_distribution_keeps_the_means_of_the_data_while_biases_change()
    {
        const int Chains = 20_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 2);
        var data = Make.Bits(9, 50, 3, 0.7);
        using var generator = new Generator(4);
        using var sampler = new RbmTemperedChains(rbm, [0, 1e-6, 1], 1, generator, data.clone(), torch.zeros(3 * Chains, 2, ScalarType.Float64));
        using (torch.no_grad())
        {
            _ = ((BernoulliUnits)rbm.Visible).Bias.add_(3);
            _ = ((BernoulliUnits)rbm.Hidden).Bias.add_(-5);
        }

        sampler.Sample(data).Dispose();
        // All but a part of one in twenty, which keeps fields finite, is the data's; hidden units have no bias there.
        var expected = 0.95 * data.mean(new long[] { 0 });
        var visible = rbm.Visible.Mean(Fields(rbm, data).Visible).squeeze(0).detach();
        (visible - expected).abs().max().ToDouble().Should().BeLessThan(0.05);
        sampler.State["chains"].narrow(0, 0, Chains).mean(new long[] { 0 }).ShouldBeNear([0.5, 0.5], 5 * 0.5 / Math.Sqrt(Chains));
    }

    [Fact]
    public void A_run_reports_the_acceptance_of_every_epoch_and_other_phases_report_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(4, 3, WeightInitialization.Normal(0));
        var data = Make.Bits(1, 30, 4).to(ScalarType.Float32);
        // Weights of zero that stay so: the distributions differ by what little the field has to do.
        rbm.Weight.requires_grad = false;
        var history = rbm.Fit(data, new() { Epochs = 2, BatchSize = 10, NegativePhase = new ParallelTempering(3, 200) });
        foreach (var epoch in history.Epochs)
        {
            epoch.Diagnostics.Keys.Should().Equal("swap_acceptance/0", "swap_acceptance/1", "chain_correlation", "jump_acceptance");
            epoch.Diagnostics.Values.Take(2).Should().OnlyContain(rate => rate > 0.9 && rate <= 1);
            epoch.Diagnostics["chain_correlation"].Should().BeInRange(-0.3, 0.3, "without weights a chain forgets at once; 200 chains of 3 units");
            epoch.Diagnostics["jump_acceptance"].Should().BeApproximately(1, 1e-6, "without weights all h are as likely given a row as in the model");
        }

        rbm.Fit(data, new() { Epochs = 1, NegativePhase = new ContrastiveDivergence() }).Last.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void Settings_are_values_and_ladders_that_are_none_are_refused()
    {
        new ParallelTempering(3).InverseTemperatures.Should().Equal(0, 0.5, 1);
        new ParallelTempering(3).Should().Be(new ParallelTempering([0, 0.5, 1])).And.NotBe(new ParallelTempering([0, 0.6, 1]));
        new ParallelTempering(3).GetHashCode().Should().Be(new ParallelTempering([0, 0.5, 1]).GetHashCode());
        new ParallelTempering(3, 5).Should().NotBe(new ParallelTempering(3, 6));
        new ParallelTempering(3, 5, 1).Should().NotBe(new ParallelTempering(3, 5, 2));
        var one = () => new ParallelTempering(1);
        one.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("temperatures");
        var noChains = () => new ParallelTempering(3, 0);
        noChains.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("chains");
        foreach (var ladder in new double[][] { [], [1], [0, 0.9], [0, 0.5, 0.5, 1], [-0.1, 1], [double.NaN, 1], [0, 1, 2] })
        {
            var wrong = () => new ParallelTempering(ladder);
            wrong.Should().Throw<ArgumentException>().WithParameterName("inverseTemperatures");
        }
    }

    [Fact]
    public void Only_models_of_two_layers_can_be_tempered()
    {
        using var model = new CountingModel();
        using var data = torch.zeros(3, 1);
        var start = () => new ParallelTempering().CreateSampler(model, data, null);
        start.Should().Throw<ArgumentException>().WithParameterName("model").WithMessage("*expected an Rbm*CountingModel*");
    }

    private static (Tensor Visible, Tensor Hidden) Fields(Rbm rbm, Tensor data) => (
        BaseRateField.Solve(rbm.Visible, data.mean(new long[] { 0 })),
        ((BernoulliUnits)rbm.Hidden).Bias.detach().neg().unsqueeze(0));

    private static double[] Normalised(Tensor logWeights)
    {
        var weights = Enumeration.Read(logWeights);
        var logSum = Enumeration.LogSumExp(weights);
        return [.. weights.Select(w => Math.Exp(w - logSum))];
    }
}
