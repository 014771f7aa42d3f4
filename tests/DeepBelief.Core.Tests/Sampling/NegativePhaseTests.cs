using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Sampling;

public sealed class NegativePhaseTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Contrastive_divergence_takes_k_steps_from_the_batch(int k)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 6, "bernoulli", 5);
        var batch = Make.Bits(1, 8, 6);
        using var first = new Generator(3);
        using var second = new Generator(3);
        using var sampler = new ContrastiveDivergence(k).CreateSampler(rbm, batch, first);

        var expected = batch;
        for (var step = 0; step < k; step++)
            expected = rbm.Transition(expected, second);

        Near.SameBits(sampler.Sample(batch), expected).Should().BeTrue();
    }

    [Fact]
    public void Persistent_chains_begin_at_data_and_go_on_where_they_were()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 12, "bernoulli", 5, weights: 0);
        var rows = torch.cat([torch.ones(1, 12, ScalarType.Float64), torch.zeros(1, 12, ScalarType.Float64)]);
        using var generator = new Generator(4);
        using var replay = new Generator(4);
        using var sampler = new PersistentContrastiveDivergence(2, 30) { Jumps = false, WarmUp = 0 }.CreateSampler(rbm, rows, generator);

        var start = rows.index_select(0, torch.randint(0L, 2, new long[] { 30 }, ScalarType.Int64, generator: replay));
        var expected = MarkovChain.Run(rbm, start, 2, replay);
        using (torch.NewDisposeScope())
            Near.SameBits(sampler.Sample(rows), expected).Should().BeTrue();
        // What the caller disposed was his own; the chains go on.
        Near.SameBits(sampler.Sample(rows), MarkovChain.Run(rbm, expected, 2, replay)).Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Persistent_chains_restart_at_the_batch_while_they_warm_up(bool ofAnyModel)
    {
        using var scope = torch.NewDisposeScope();
        // No weights, and biases that keep bits as they are: a chain that restarts shows the batch.
        using var rbm = Make.AllOrNone(40);
        var (off, on) = (torch.zeros(5, 4, ScalarType.Float64), torch.ones(5, 4, ScalarType.Float64));
        using var generator = new Generator(4);
        using var sampler = new PersistentContrastiveDivergence(1, 6) { Jumps = false, WarmUp = 2 }.CreateSampler(ofAnyModel ? new Wrapped(rbm) : rbm, off, generator);
        foreach (var (batch, expected) in new[] { (on, 1.0), (off, 0), (on, 0), (on, 0) })
            sampler.Sample(batch).mean().ToDouble().Should().Be(expected);
    }

    [Theory]
    [InlineData(0, -0.1, 0.1)]
    [InlineData(40, 0.99, 1)]
    public void Chains_report_whether_they_move(double weight, double least, double most)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.AllOrNone(weight);
        var data = torch.cat([torch.ones(5, 4, ScalarType.Float64), torch.zeros(5, 4, ScalarType.Float64)]);
        using var generator = new Generator(4);
        using var sampler = new PersistentContrastiveDivergence(1, 1000) { Jumps = false, WarmUp = 0 }.CreateSampler(rbm, data, generator);
        for (var update = 0; update < 10; update++)
            sampler.Sample(data).Dispose();
        sampler.TakeDiagnostics()["chain_correlation"].Should().BeInRange(least, most);
        sampler.TakeDiagnostics()["chain_correlation"].Should().BeApproximately(1, 1e-9, "no update lies between");
    }

    [Fact]
    public void Persistent_chains_reach_the_model_distribution()
    {
        const int Chains = 100_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 3, weights: 1);
        var exact = Enumeration.VisibleProbabilities(rbm);
        using var generator = new Generator(5);
        using var sampler = new PersistentContrastiveDivergence(1, Chains) { Jumps = false, WarmUp = 0 }.CreateSampler(rbm, torch.zeros(1, 3, ScalarType.Float64), generator);

        // The chain of this small machine forgets its start at a rate that leaves nothing of it after 60 steps.
        for (var update = 0; update < 59; update++)
            sampler.Sample(torch.zeros(1, 3, ScalarType.Float64)).Dispose();
        var states = sampler.Sample(torch.zeros(1, 3, ScalarType.Float64)).mv(torch.tensor(new[] { 1.0, 2, 4 }));
        var counts = Enumeration.Read(torch.bincount(states.to(ScalarType.Int64), minlength: 8));

        for (var s = 0; s < 8; s++)
            (counts[s] / Chains).Should().BeApproximately(exact[s], 5 * Math.Sqrt(exact[s] * (1 - exact[s]) / Chains));
    }

    [Fact]
    public void Settings_are_values_and_out_of_range_ones_are_refused()
    {
        new ContrastiveDivergence(3).Should().Be(new ContrastiveDivergence(3)).And.NotBe(new ContrastiveDivergence(2));
        new PersistentContrastiveDivergence(1, 5).Should().NotBe(new PersistentContrastiveDivergence(1, 6));
        var noSteps = () => new ContrastiveDivergence(0);
        noSteps.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("steps");
        var noChains = () => new PersistentContrastiveDivergence(1, 0);
        noChains.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("chains");
    }
}
