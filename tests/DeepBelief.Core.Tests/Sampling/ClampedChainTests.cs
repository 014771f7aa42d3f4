using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Sampling;

/// <summary>Chains with some visible units held draw the others from p(others | held).</summary>
public sealed class ClampedChainTests
{
    [Fact]
    public void Long_runs_visit_states_as_often_as_the_conditional_distribution_says()
    {
        const int Chains = 40_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 5, "bernoulli", 4, seed: 3, weights: 2);
        // Units 1 and 4 are held at 1 and 0.
        var clamped = torch.tensor(new[] { false, true, false, false, true }).unsqueeze(0);
        var start = torch.zeros(Chains, 5, ScalarType.Float64);
        _ = start.select(1, 1).fill_(1);
        using var generator = new Generator(1);

        var states = MarkovChain.RunClamped(rbm, start, clamped, 60, generator);

        var exact = Conditional(rbm, s => ((s >> 1) & 1) == 1 && ((s >> 4) & 1) == 0);
        var frequencies = Frequencies(states);
        for (var s = 0; s < 32; s++)
            frequencies[s].Should().BeApproximately(exact[s], 5 * Math.Sqrt(exact[s] * (1 - exact[s]) / Chains));
        exact.Max().Should().BeGreaterThan(3 * exact.Where(p => p > 0).Min(), "a uniform distribution would prove little");
        // What is held makes a difference: the marginal distribution of the others is another one.
        Marginal(exact, [0, 2, 3]).Zip(Marginal(Enumeration.VisibleProbabilities(rbm), [0, 2, 3]), (a, b) => Math.Abs(a - b))
            .Max().Should().BeGreaterThan(0.05);
    }

    [Fact]
    public void Each_row_has_a_mask_of_its_own()
    {
        const int Chains = 50_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 4, seed: 5, weights: 1.5);
        using var generator = new Generator(2);
        var missing = double.NaN;
        var gaps = torch.tensor(new[,] { { missing, 1, 0 }, { 0, missing, missing } });

        var filled = MarkovChain.FillMissing(rbm, gaps.repeat_interleave(Chains, 0), 40, generator: generator);

        var first = Conditional(rbm, s => (s & 6) == 2);
        var second = Conditional(rbm, s => (s & 1) == 0);
        Frequencies(filled.narrow(0, 0, Chains), 8).ShouldBeNear(first, 5 * 0.5 / Math.Sqrt(Chains));
        Frequencies(filled.narrow(0, Chains, Chains), 8).ShouldBeNear(second, 5 * 0.5 / Math.Sqrt(Chains));
    }

    [Fact]
    public void Missing_real_values_have_the_conditional_mean_and_variance()
    {
        const int Chains = 100_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 2, "bernoulli", 3, weights: 0.8);
        using var generator = new Generator(3);
        var rows = torch.tensor(new[,] { { 1.5, double.NaN } }).repeat_interleave(Chains, 0);

        var filled = MarkovChain.FillMissing(rbm, rows, 60, generator: generator);

        // p(v1 | v0) on a grid that leaves nothing out.
        var grid = torch.linspace(-15, 15, 20_001, ScalarType.Float64);
        var weights = rbm.FreeEnergy(torch.stack([torch.full_like(grid, 1.5), grid], 1)).detach().neg().softmax(0);
        var mean = weights.dot(grid).ToDouble();
        var variance = weights.dot((grid - mean).square()).ToDouble();
        var missing = filled.select(1, 1);
        filled.select(1, 0).eq(1.5).all().item<bool>().Should().BeTrue();
        missing.mean().ToDouble().Should().BeApproximately(mean, 5 * Math.Sqrt(variance / Chains));
        (missing - mean).square().mean().ToDouble().Should().BeApproximately(variance, 0.03 * variance);
        Math.Abs(mean).Should().BeGreaterThan(0.1);
    }

    [Fact]
    public void Missing_units_begin_where_the_caller_says()
    {
        using var scope = torch.NewDisposeScope();
        // Weights so large that the chain never leaves the one of two states where it begins.
        using var rbm = Rbm.Bernoulli(3, 1, WeightInitialization.Normal(0), dtype: ScalarType.Float64);
        using (torch.no_grad())
        {
            _ = rbm.Weight.fill_(100);
            _ = rbm.Visible.parameters().Single().fill_(-50);
            _ = rbm.Hidden.parameters().Single().fill_(-150);
        }

        var rows = torch.full(new long[] { 1, 3 }, double.NaN, ScalarType.Float64);
        using var generator = new Generator(4);
        MarkovChain.FillMissing(rbm, rows, 5, generator: generator).ShouldBeNear([0.0, 0, 0], 0);
        MarkovChain.FillMissing(rbm, rows, 5, torch.ones(1, 3, ScalarType.Float64), generator).ShouldBeNear([1.0, 1, 1], 0);
        rows.isnan().all().item<bool>().Should().BeTrue("the caller's rows stay as they are");
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 2);
        var start = torch.zeros(4, 3, ScalarType.Float64);
        var mask = torch.zeros(4, 3, ScalarType.Bool);

        Refused(() => MarkovChain.RunClamped(rbm, start, torch.zeros(4, 2, ScalarType.Bool), 1), "clamped", "Expected a mask of shape [4, 3] or [1, 3], found [4, 2].*");
        Refused(() => MarkovChain.RunClamped(rbm, start, torch.zeros(2, 3, ScalarType.Bool), 1), "clamped", "Expected 1 or 4 rows, found 2.*");
        Refused(() => MarkovChain.RunClamped(rbm, start, start, 1), "clamped", "Expected a mask of type Bool, found Float64.*");
        Refused(() => MarkovChain.RunClamped(rbm, torch.zeros(4, 2, ScalarType.Float64), mask, 1), "start", "Expected a tensor of shape [batch, 3], found [4, 2].*");
        Refused(() => MarkovChain.RunClamped(rbm, start, mask, 0), "steps", "*");
        Refused(() => MarkovChain.FillMissing(rbm, start, 1, torch.zeros(2, 3, ScalarType.Float64)), "start", "Expected 1 or 4 rows, found 2.*");

        static void Refused(Func<Tensor> call, string name, string message)
            => call.Should().Throw<ArgumentException>().WithParameterName(name).WithMessage(message);
    }

    private static double[] Conditional(Rbm rbm, Func<int, bool> agrees)
    {
        var probabilities = Enumeration.VisibleProbabilities(rbm).Select((p, s) => agrees(s) ? p : 0).ToArray();
        return [.. probabilities.Select(p => p / probabilities.Sum())];
    }

    private static double[] Marginal(double[] probabilities, int[] units)
        => [.. units.Select(i => probabilities.Where((_, s) => ((s >> i) & 1) == 1).Sum())];

    private static double[] Frequencies(Tensor states, int count = 32)
    {
        var powers = torch.tensor(Enumerable.Range(0, (int)states.shape[1]).Select(i => (double)(1 << i)).ToArray());
        var counts = Enumeration.Read(torch.bincount(states.mv(powers).to(ScalarType.Int64), minlength: count));
        return [.. counts.Select(c => c / states.shape[0])];
    }
}
