using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Evaluation;

public sealed class ModelEvaluationTests
{
    [Fact]
    public void The_pseudo_likelihood_is_estimated_without_bias()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3, weights: 1);
        var p = Enumeration.VisibleProbabilities(rbm);
        var state = 5; // bits 1, 0, 1, 0
        var exact = Enumerable.Range(0, 4).Sum(i => Math.Log(p[state] / (p[state] + p[state ^ (1 << i)])));

        using var generator = new Generator(1);
        const int Rows = 100_000;
        var rows = Enumeration.States(4).narrow(0, state, 1).repeat(Rows, 1);
        // One random unit a row: the spread of the four terms, times four, over the root of the number of rows.
        var estimate = ModelEvaluation.PseudoLogLikelihood(rbm, rows, generator);
        estimate.Should().BeApproximately(exact, 5 * 4 * 1.5 / Math.Sqrt(Rows));
    }

    [Theory]
    [InlineData("bernoulli", ScalarType.Float64, 1e-10)]
    [InlineData("gaussian", ScalarType.Float64, 1e-10)]
    [InlineData("bernoulli", ScalarType.Float32, 1e-4)]
    public void The_exact_pseudo_likelihood_is_the_sum_of_all_conditionals(string hiddenKind, ScalarType dtype, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 6, hiddenKind, 5);
        var p = Enumeration.VisibleProbabilities(rbm);
        double Of(int state) => Enumerable.Range(0, 6).Sum(i => Math.Log(p[state] / (p[state] + p[state ^ (1 << i)])));
        var exact = Enumerable.Range(0, 64).Average(Of);

        // More rows than one block has, as bits and as greys on their side of a half.
        var rows = Enumeration.States(6).repeat(9, 1).to(dtype);
        var placed = rbm.to(dtype);
        ModelEvaluation.ExactPseudoLogLikelihood(placed, rows).Should().BeApproximately(exact, tolerance);
        ModelEvaluation.ExactPseudoLogLikelihood(placed, rows * 0.2 + 0.4).Should().BeApproximately(exact, tolerance);
        var any = new Wrapped(placed);
        ModelEvaluation.ExactPseudoLogLikelihood(any, rows).Should().BeApproximately(exact, tolerance);
    }

    [Theory]
    [InlineData("bernoulli", 1, 1, 1, 1, 1, 1)]
    [InlineData("spin", 1, 1, 1, 1, 1, 1)]
    [InlineData("binomial", 1, 1, 1, 1, 1, 1)]
    [InlineData("softmax", 3, 3)]
    [InlineData("bits and categories", 1, 5)]
    public void The_exact_pseudo_likelihood_of_states_is_the_product_over_their_sites(string kind, params int[] widths)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 6, "bernoulli", 3);
        var all = Enumeration.States(rbm.Visible);
        var (states, energies) = (Enumeration.Matrix(all), Enumeration.Read(rbm.FreeEnergy(all)));

        // log p(state of the site | the others): of all states, those that are the same elsewhere.
        double Of(int state)
        {
            var (sum, first) = (0.0, 0);
            foreach (var width in widths)
            {
                var (from, to) = (first, first + width);
                var alike = states.Index().Where(other => other.Item.Index().All(x => (x.Index >= from && x.Index < to) || x.Item == states[state][x.Index]));
                sum += -energies[state] - Enumeration.LogSumExp(alike.Select(other => -energies[other.Index]));
                first = to;
            }

            return sum;
        }

        int[] chosen = [.. Enumerable.Range(0, Math.Min(20, states.Length)).Select(i => i * 7 % states.Length)];
        var rows = all.index_select(0, torch.tensor(chosen.Select(i => (long)i).ToArray()));
        ModelEvaluation.ExactPseudoLogLikelihood(new Wrapped(rbm), rows).Should().BeApproximately(chosen.Average(Of), 1e-10);
        ModelEvaluation.ExactPseudoLogLikelihood(rbm, rows).Should().BeApproximately(chosen.Average(Of), 1e-10);
    }

    [Fact]
    public void The_exact_pseudo_likelihood_of_counts_is_that_of_Poisson_and_geometric_conditionals()
    {
        using var scope = torch.NewDisposeScope();
        // Given the others, n is Poisson with rate exp(1 - 0.3 m + b), m is geometric with the ratio exp(-0.2 - 0.3 n), and b is a bit.
        var counts = UnitSupport.Interval("count", 0, double.PositiveInfinity, step: 1);
        var model = new Density(
            3,
            v =>
            {
                var (n, m, b) = (v.select(1, 0), v.select(1, 1), v.select(1, 2));
                return n.add(1).lgamma() - n * (b + 1) + 0.3 * n * m + 0.2 * m;
            },
            UnitSupport.Composite((counts, 2), (UnitSupport.Binary, 1)));
        double[][] rows = [[0, 0, 0], [3, 1, 1], [7, 0, 1], [40, 90, 0]];
        var exact = rows.Average(row =>
        {
            var (n, m, b) = (row[0], row[1], row[2]);
            var logRate = 1 - 0.3 * m + b;
            var logFactorial = Enumerable.Range(1, (int)n).Sum(i => Math.Log(i));
            var logRatio = -0.2 - 0.3 * n;
            return n * logRate - Math.Exp(logRate) - logFactorial
                + m * logRatio + Math.Log(1 - Math.Exp(logRatio))
                - Math.Log(1 + Math.Exp((b == 1 ? -1 : 1) * n));
        });
        var states = torch.tensor(rows.SelectMany(row => row).ToArray()).reshape(-1, 3);
        ModelEvaluation.ExactPseudoLogLikelihood(model, states).Should().BeApproximately(exact, 1e-8);

        // 1/n has no sum.
        var improper = new Density(1, v => v.add(1).log().sum(1), counts);
        var evaluate = () => ModelEvaluation.ExactPseudoLogLikelihood(improper, torch.zeros(2, 1, ScalarType.Float64));
        evaluate.Should().Throw<ArgumentException>().WithMessage("*fall off*").WithParameterName("model");
    }

    [Fact]
    public void Weights_count_rows_as_often_as_they_say()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        var (rows, unseen) = (Make.Bits(1, 3, 4), Make.Bits(2, 3, 4));
        var weights = torch.tensor(new long[] { 2, 0, 3 });
        var (often, unseenOften) = (rows.repeat_interleave(weights, 0), unseen.repeat_interleave(weights, 0));
        var halves = weights.to(ScalarType.Float32) * 0.5f;

        foreach (var w in new[] { weights, halves })
        {
            ModelEvaluation.ReconstructionError(rbm, rows, weights: w).Should().BeApproximately(ModelEvaluation.ReconstructionError(rbm, often), 1e-14);
            ModelEvaluation.ExactPseudoLogLikelihood(rbm, rows, w).Should().BeApproximately(ModelEvaluation.ExactPseudoLogLikelihood(rbm, often), 1e-13);
            ModelEvaluation.FreeEnergyGap(rbm, rows, unseen, w, null).Should().BeApproximately(ModelEvaluation.FreeEnergyGap(rbm, often, unseen), 1e-13);
            ModelEvaluation.FreeEnergyGap(rbm, rows, unseen, null, w).Should().BeApproximately(ModelEvaluation.FreeEnergyGap(rbm, rows, unseenOften), 1e-13);
        }

        // One unit alone, so that the random one is it.
        using var one = Make.Rbm("bernoulli", 1, "bernoulli", 3);
        var bits = torch.tensor(new[,] { { 1.0 }, { 1 }, { 0 } });
        ModelEvaluation.PseudoLogLikelihood(one, bits, weights: weights).Should().BeApproximately(ModelEvaluation.PseudoLogLikelihood(one, bits.repeat_interleave(weights, 0)), 1e-14);
    }

    [Fact]
    public void Weights_that_are_none_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(4, 3);
        var rows = torch.zeros(2, 4);
        Refused(new[] { 1f, -1 }, "*0 or more*-1*");
        Refused(new[] { 0f, 0 }, "*not all 0*");
        Refused(new[] { 1f, float.NaN }, "*finite*NaN*");
        Refused(new[] { 1f, float.PositiveInfinity }, "*finite*Infinity*");
        Refused(new[] { 1f, 1, 1 }, "*[2]*[3]*");

        void Refused(float[] weights, string message)
        {
            var tensor = torch.tensor(weights);
            var error = () => ModelEvaluation.ReconstructionError(rbm, rows, weights: tensor);
            error.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(nameof(weights));
        }
    }

    [Fact]
    public void Grey_values_are_rounded_for_the_pseudo_likelihood()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        var bits = Make.Bits(2, 50, 4);
        using var one = new Generator(3);
        using var two = new Generator(3);
        ModelEvaluation.PseudoLogLikelihood(rbm, bits * 0.2 + 0.4, one).Should().Be(ModelEvaluation.PseudoLogLikelihood(rbm, bits, two));
    }

    [Fact]
    public void The_reconstruction_error_and_the_free_energy_gap_are_their_definitions()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 3, "bernoulli", 2);
        var (one, two) = (Make.Normal(4, 1, 6, 3), Make.Normal(5, 2, 5, 3));
        var difference = Enumeration.Read(one).Zip(Enumeration.Read(rbm.Reconstruct(one)), (a, b) => (a - b) * (a - b)).Average();
        ModelEvaluation.ReconstructionError(rbm, one).Should().BeApproximately(difference, 1e-12);
        var gap = Enumeration.Read(rbm.FreeEnergy(two)).Average() - Enumeration.Read(rbm.FreeEnergy(one)).Average();
        ModelEvaluation.FreeEnergyGap(rbm, one, two).Should().BeApproximately(gap, 1e-12);
    }

    [Fact]
    public void The_pseudo_likelihood_of_reals_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Gaussian(3, 2);
        var evaluate = () => ModelEvaluation.PseudoLogLikelihood(rbm, torch.zeros(2, 3));
        evaluate.Should().Throw<ArgumentException>().WithMessage("*binary*Real*");

        using var mixed = new Rbm(new CompositeUnits(new BernoulliUnits(1), new GaussianUnits(2)), new BernoulliUnits(2));
        foreach (var (model, name) in new[] { (rbm, "Real"), (mixed, "Mixed") })
        {
            var exact = () => ModelEvaluation.ExactPseudoLogLikelihood(model, torch.zeros(2, 3));
            exact.Should().Throw<ArgumentException>().WithMessage($"*bits, categories or counts*{name} units*");
        }
    }
}
