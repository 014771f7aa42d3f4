using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

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
    public void A_group_that_is_known_in_part_takes_one_of_its_open_categories()
    {
        const int Chains = 40_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = new Rbm(new SoftmaxUnits(2, 3), new BernoulliUnits(4), WeightInitialization.Normal(2), seed: 4).to(ScalarType.Float64);
        Make.Randomise(rbm.Visible, 2, 1);
        var missing = double.NaN;
        // The first category of the first group is out; of the second group, nothing is known; then one of its categories is taken.
        var gaps = torch.tensor(new[,] { { 0, missing, missing, missing, missing, missing }, { missing, missing, missing, missing, 1, missing } });
        using var generator = new Generator(2);

        var filled = MarkovChain.FillMissing(rbm, gaps.repeat_interleave(Chains, 0), 60, generator: generator);

        var states = UnitCases.States(rbm.Visible);
        var energies = Enumeration.Read(rbm.FreeEnergy(Enumeration.States(rbm.Visible)));
        var powers = torch.tensor(new double[] { 1, 2, 4, 8, 16, 32 });
        int Number(double[] state) => (int)state.Select((x, i) => x * (1 << i)).Sum();
        foreach (var (first, agrees) in new (int, Func<double[], bool>)[] { (0, s => s[0] == 0), (Chains, s => s[4] == 1) })
        {
            var weights = states.Select((state, i) => agrees(state) ? Math.Exp(-energies[i]) : 0).ToArray();
            var counts = Enumeration.Read(torch.bincount(filled.narrow(0, first, Chains).mv(powers).to(ScalarType.Int64), minlength: 64));
            states.Select(state => counts[Number(state)] / Chains).ToArray()
                .ShouldBeFrequencies([.. weights.Select(w => w / weights.Sum())], Chains);
            states.Sum(state => counts[Number(state)]).Should().Be(Chains, "every row has one category a group");
        }
    }

    [Fact]
    public void Units_of_a_users_own_draw_whole_groups_and_refuse_others()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = new Rbm(new OwnCategories(2, 3), new BernoulliUnits(4));
        using var generator = new Generator(3);
        var missing = float.NaN;
        var whole = MarkovChain.FillMissing(rbm, torch.tensor(new[,] { { 0, 1, 0, missing, missing, missing } }), 2, generator: generator);
        whole.narrow(1, 0, 3).ShouldBeNear([0.0, 1, 0], 0);
        rbm.VisibleSupport.StateFault(whole).Should().BeNull();
        var part = () => MarkovChain.FillMissing(rbm, torch.tensor(new[,] { { 0, missing, missing, 0, 1, 0 } }), 2, generator: generator);
        part.Should().Throw<NotSupportedException>().WithMessage("*3 categories known in part*6 own categories*override SampleClamped*");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gaps_are_filled_with_states_and_nothing_else_changes(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 6, "bernoulli", 3);
        using var generator = new Generator(5);
        var rows = rbm.Visible.Sample(torch.zeros(500, 6, ScalarType.Float64), generator);
        var missing = Make.Bits(7, 500, 6).to(ScalarType.Bool);

        var filled = MarkovChain.FillMissing(rbm, torch.where(missing, double.NaN, rows), 3, generator: generator);

        filled.ne(rows).logical_and(missing.logical_not()).any().item<bool>().Should().BeFalse();
        filled.ne(rows).logical_and(missing).any().item<bool>().Should().BeTrue();
        rbm.VisibleSupport.StateFault(filled).Should().BeNull();
    }

    [Theory]
    [InlineData("bernoulli", 7.0, "*in [0, 1]*7*")]
    [InlineData("spin", -3.0, "*in [-1, 1]*-3*")]
    [InlineData("binomial", 5.0, "*in [0, 3]*5*")]
    [InlineData("relu", -1.0, "*of 0 or more*-1*")]
    [InlineData("gaussian", double.PositiveInfinity, "*finite known values*")]
    [InlineData("softmax", 0.4, "*zeros and at most a single 1*known in part*")]
    [InlineData("softmax", 2.0, "*in [0, 1]*2*")]
    [InlineData("bits and categories", 1.5, "Columns 1 to 5: *in [0, 1]*1.5*")]
    public void A_known_value_that_no_unit_can_have_is_refused(string kind, double known, string message)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 6, "bernoulli", 3);
        var rows = torch.full(new long[] { 2, 6 }, double.NaN, ScalarType.Float64);
        rows[1, 2] = known;
        var fill = () => MarkovChain.FillMissing(rbm, rows, 1);
        fill.Should().Throw<ArgumentException>().WithParameterName("rows").WithMessage(message);
    }

    [Fact]
    public void A_known_group_has_one_category()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = new Rbm(new SoftmaxUnits(2, 3), new BernoulliUnits(4)).to(ScalarType.Float64);
        var missing = double.NaN;
        var whole = () => MarkovChain.FillMissing(rbm, torch.tensor(new[,] { { 0, 0, 0, missing, missing, missing } }), 1);
        whole.Should().Throw<ArgumentException>().WithMessage("*3 categories that is known to sum to 1*");
        var twice = () => MarkovChain.FillMissing(rbm, torch.tensor(new[,] { { 1, missing, 1, missing, missing, missing } }), 1);
        twice.Should().Throw<ArgumentException>().WithMessage("*at most a single 1*");
        // Means of a group may be held together, not in part.
        var means = torch.full(new long[] { 1, 6 }, 1 / 3.0, ScalarType.Float64);
        using var held = torch.tensor(new[,] { { true, true, true, false, false, false } });
        MarkovChain.RunClamped(rbm, means, held, 2).narrow(1, 0, 3).ShouldBeNear([1 / 3.0, 1 / 3.0, 1 / 3.0], 0);
        var part = () => MarkovChain.RunClamped(rbm, means, held.logical_xor(torch.tensor(new[,] { { true, false, false, false, false, false } })), 2);
        part.Should().Throw<ArgumentException>().WithParameterName("start").WithMessage("*at most a single 1*");
    }

    public static TheoryData<string> Kinds() => [.. UnitCases.Names];

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
