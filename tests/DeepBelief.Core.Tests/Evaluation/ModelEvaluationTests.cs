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
        var any = new Unlayered(placed);
        ModelEvaluation.ExactPseudoLogLikelihood(any, rows).Should().BeApproximately(exact, tolerance);
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
    }

    /// <summary>A machine that does not tell that it is one.</summary>
    private sealed class Unlayered(Rbm rbm) : IEnergyModel
    {
        public long VisibleSize => rbm.VisibleSize;

        public UnitSupport VisibleSupport => rbm.VisibleSupport;

        public IEnumerable<Parameter> parameters(bool recurse = true) => rbm.parameters(recurse);

        public Tensor FreeEnergy(Tensor visible) => rbm.FreeEnergy(visible);

        public Tensor Transition(Tensor visible, Generator? generator = null) => rbm.Transition(visible, generator);
    }
}
