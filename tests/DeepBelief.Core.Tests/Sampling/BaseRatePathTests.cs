using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Sampling;

public sealed class BaseRatePathTests
{
    private const int Visible = 4;
    private const int Hidden = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    [InlineData(1)]
    public void Unnormalised_probabilities_are_sums_over_the_hidden_states(double beta)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", Visible, "bernoulli", Hidden);
        using var path = new BaseRatePath(rbm, Make.Normal(3, 1, 5, Visible).sigmoid());
        var states = Enumeration.States(Visible);

        path.LogProbability(states, Couple(path, states), Column(beta, 16)).ShouldBeNear(LogProbabilities(rbm, path, beta), 1e-12);
    }

    [Fact]
    public void The_base_rate_model_is_normalised_in_closed_form_and_has_the_means_of_the_data()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", Visible, "bernoulli", Hidden);
        var data = Make.Normal(3, 1, 2500, Visible).sigmoid();
        using var path = new BaseRatePath(rbm, data);
        path.BaseLogPartition().Should().BeApproximately(Enumeration.LogSumExp(LogProbabilities(rbm, path, 0)), 1e-12);

        IsMostly(rbm.Visible, path.Field, data.mean(new long[] { 0 }));
        IsMostly(rbm.Hidden, path.HiddenField, rbm.Hidden.Mean(data.mm(rbm.Weight.t())).mean(new long[] { 0 }));

        static void IsMostly(UnitLayer units, Tensor field, Tensor mean)
            => units.Mean(field).ShouldBeNear(mean * 0.95 + units.Mean(torch.zeros_like(field)) * 0.05, 1e-9);
    }

    [Theory]
    [InlineData("bernoulli", 30)]
    [InlineData("bernoulli", -30)]
    [InlineData("gaussian", 30)]
    public void A_field_is_found_from_far_away(string kind, double bias)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, 2);
        using (torch.no_grad())
            _ = units.parameters().First().fill_(bias);
        var mean = torch.tensor(new[] { 0.01, 0.9 });
        var own = units.Mean(torch.zeros(1, 2, ScalarType.Float64));
        units.Mean(BaseRateField.Solve(units, mean)).ShouldBeNear(mean * 0.95 + own * 0.05, 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_conditionals_leave_the_distribution_as_it_is(bool byRow)
    {
        const int Rows = 100_000;
        const double Beta = 0.6;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", Visible, "bernoulli", Hidden, weights: 1.5);
        using var path = new BaseRatePath(rbm, torch.full(1, Visible, 0.3, ScalarType.Float64));
        var logs = LogProbabilities(rbm, path, Beta);
        var logZ = Enumeration.LogSumExp(logs);
        var p = logs.Select(x => Math.Exp(x - logZ)).ToArray();

        using var generator = new Generator(4);
        var visible = Enumeration.States(Visible).index_select(0, torch.tensor(p).multinomial(Rows, true, generator));
        var hidden = torch.empty(Rows, Hidden, ScalarType.Float64);
        var couplings = Couple(path, visible);
        if (byRow)
        {
            path.SampleHidden(couplings, hidden, Column(Beta, Rows), generator);
            path.SampleVisible(hidden, visible, Column(Beta, Rows), generator);
        }
        else
        {
            path.SampleHidden(couplings, hidden, Beta, generator);
            path.SampleVisible(hidden, visible, Beta, generator);
        }

        var numbers = visible.mv(torch.tensor(new[] { 1.0, 2, 4, 8 })).to(ScalarType.Int64);
        var counts = Enumeration.Read(torch.bincount(numbers, minlength: 16));
        for (var s = 0; s < 16; s++)
            (counts[s] / Rows).Should().BeApproximately(p[s], 5 * Math.Sqrt(p[s] * (1 - p[s]) / Rows));
    }

    [Theory]
    [InlineData("bernoulli", "bernoulli", ScalarType.Float64, 1e-12)]
    [InlineData("bernoulli", "bernoulli", ScalarType.Float32, 2e-5)]
    [InlineData("gaussian", "bernoulli", ScalarType.Float32, 2e-5)]
    [InlineData("bernoulli", "gaussian", ScalarType.Float64, 1e-12)]
    public void Ratios_are_differences_of_log_probabilities(string visibleKind, string hiddenKind, ScalarType dtype, double tolerance)
    {
        const int Rows = 70;
        using var scope = torch.NewDisposeScope();
        using var exact = Make.Rbm(visibleKind, 9, hiddenKind, 83, weights: 0.9);
        using var exactPath = new BaseRatePath(exact, torch.full(1, 9, 0.3, ScalarType.Float64));
        using var rbm = Make.Rbm(visibleKind, 9, hiddenKind, 83, weights: 0.9).to(dtype);
        using var path = new BaseRatePath(rbm, torch.full(1, 9, 0.3, dtype));
        var states = Make.Bits(5, Rows, 9);
        var couplings = Couple(exactPath, states) * 5;
        var expected = exactPath.LogProbability(states, couplings, Column(0.8, Rows)) - exactPath.LogProbability(states, couplings, Column(0.2, Rows)) + 7;

        var totals = torch.full(Rows, 7.0, ScalarType.Float64);
        path.AddLogRatio(states.to(dtype), couplings.to(dtype), 0.2, 0.8, totals);
        totals.ShouldBeNear(expected, tolerance * (1 + expected.abs().max().ToDouble()));
    }

    [Fact]
    public void States_of_bits_are_those_of_their_numbers()
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units("bernoulli", 5);
        units.StateCount.Should().Be(32);
        units.States(torch.arange(32, dtype: ScalarType.Int64)).ShouldBeNear(Enumeration.States(5), 0);
        units.States(torch.tensor(new long[] { 19 })).ShouldBeNear([1, 1, 0, 0, 1], 0);

        using UnitLayer reals = new GaussianUnits(2);
        reals.StateCount.Should().Be(double.PositiveInfinity);
        var list = () => reals.States(torch.zeros(1, ScalarType.Int64));
        list.Should().Throw<NotSupportedException>().WithMessage("*gaussian*");
    }

    private static Tensor Couple(BaseRatePath path, Tensor states)
    {
        var couplings = torch.empty(states.shape[0], path.HiddenSize, states.dtype);
        path.Couple(states, couplings);
        return couplings;
    }

    private static Tensor Column(double beta, long rows) => torch.full(rows, 1, beta, ScalarType.Float64);

    /// <summary>log p*_β(v) of all v, as the definition has it.</summary>
    private static double[] LogProbabilities(Rbm rbm, BaseRatePath path, double beta)
    {
        var weight = Enumeration.Matrix(rbm.Weight);
        var (field, hiddenField) = (Enumeration.Read(path.Field), Enumeration.Read(path.HiddenField));
        var hiddenStates = Enumeration.Matrix(Enumeration.States(Hidden));
        return [.. Enumeration.Matrix(Enumeration.States(Visible)).Select(v => Enumeration.LogSumExp(hiddenStates.Select(h =>
        {
            var coupling = h.Select((x, j) => x * weight[j].Zip(v, (w, y) => w * y).Sum()).Sum();
            return Enumeration.MinusEnergy(rbm, v, h) + ((beta - 1) * coupling) + ((1 - beta) * (Dot(v, field) + Dot(h, hiddenField)));
        })))];
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}
