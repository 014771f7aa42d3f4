using DeepBelief.Evaluation;
using DeepBelief.Tensors;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

/// <summary>A deep Boltzmann machine that begins as a trained RBM.</summary>
public sealed class DbmFromRbmTests
{
    [Theory]
    [InlineData("bernoulli", "bernoulli", "bernoulli")]
    [InlineData("spin", "binomial", "spin")]
    [InlineData("softmax", "bernoulli", "softmax")]
    [InlineData("gaussian", "bernoulli", "bernoulli")]
    public void The_bound_begins_at_the_likelihood_of_the_machine_below(string visible, string hidden, string above)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visible, 4, hidden, 3);
        using var dbm = rbm.ToDbm([(UnitLayer)Make.NewUnits(above, 2).to(ScalarType.Float64)], WeightInitialization.Normal(0));
        var rows = rbm.SampleVisible(rbm.Hidden.Sample(torch.zeros(9, 3, ScalarType.Float64)));
        var expected = LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm)).Rows.ToArray();
        LogLikelihood.LowerBound(dbm, rows, ExactEnumeration.LogPartition(dbm)).Rows.ToArray().ShouldBeNear(expected, 1e-10);
    }

    [Fact]
    public void Each_unit_of_a_mixed_layer_takes_back_what_it_is_given()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var layer = (CompositeUnits)new CompositeUnits(new BernoulliUnits(2), new SpinUnits(1)).to(ScalarType.Float64);
        var above = (UnitLayer)new BernoulliUnits(2).to(ScalarType.Float64);
        var weights = torch.tensor(new[,] { { 0.3, -0.2, 0.5 }, { 0.1, 0.4, -0.6 } });
        SharedInputs.TakeBack(layer, above, weights);
        // Γ(w) = Σ log(1 + exp(w)): the bit on against off, the spin up against down.
        double[] expected =
        [
            Zero() - Softplus(0.3) - Softplus(0.1),
            Zero() - Softplus(-0.2) - Softplus(0.4),
            (Softplus(-0.5) + Softplus(0.6) - Softplus(0.5) - Softplus(-0.6)) / 2,
        ];
        torch.cat([.. layer.LinearTerms.Select(term => term.Bias)]).ShouldBeNear(torch.tensor(expected), 1e-12);

        static double Zero() => 2 * Softplus(0);
        static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
    }

    [Fact]
    public void Many_units_above_with_default_weights_change_next_to_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 8, "bernoulli", 10);
        using var dbm = rbm.ToDbm([(UnitLayer)new BernoulliUnits(100).to(ScalarType.Float64)], seed: 3);
        // Bits below take back log(1 + exp(w)) - log 2 for each unit above.
        var bias = ((BernoulliUnits)rbm.Hidden).Bias - (torch.nn.functional.softplus(dbm.Weights[1]) - Math.Log(2)).sum(dim: 0);
        ((BernoulliUnits)dbm.Hidden[0]).Bias.ShouldBeNear(bias, 1e-12);
        var expected = LogLikelihood.Evaluate(rbm, Enumeration.States(8), ExactEnumeration.LogPartition(rbm)).Rows.ToArray();
        Loss().Should().BeInRange(0, 0.005);

        // With the bias alone of the RBM, and weights that are not about 0 on the whole, it is more.
        using var noGrad = torch.no_grad();
        _ = dbm.Weights[1].abs_();
        Parameters.Assign(((BernoulliUnits)dbm.Hidden[0]).Bias, ((BernoulliUnits)rbm.Hidden).Bias);
        Loss().Should().BeGreaterThan(0.01);
        SharedInputs.TakeBack(dbm.Hidden[0], dbm.Hidden[1], dbm.Weights[1]);
        Loss().Should().BeInRange(0, 0.005);

        // KL(p || q) of the two densities, of which the second is bounded from below.
        double Loss() => LogLikelihood.LowerBound(dbm, Enumeration.States(8), ExactEnumeration.LogPartition(dbm)).Rows
            .Zip(expected, (q, p) => Math.Exp(p) * (p - q)).Sum();
    }

    [Fact]
    public void Training_goes_on_from_there()
    {
        using var scope = torch.NewDisposeScope();
        var rows = SmallSets.Get("bars 3x3").Rows();
        for (var seed = 1; seed <= 3; seed++)
        {
            using var rbm = Rbm.Bernoulli(9, 12, null, seed);
            rbm.Fit(rows, new() { Epochs = 15, Seed = seed });
            var below = LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm)).Mean;
            using var dbm = rbm.ToDbm([new BernoulliUnits(8)], seed: seed);
            dbm.Fit(rows, new() { Epochs = 15, Seed = seed, LearningRate = 0.05 });
            LogLikelihood.LowerBound(dbm, rows, ExactEnumeration.LogPartition(dbm)).Mean.Should().BeGreaterThan(below + 0.02);
        }
    }

    [Fact]
    public void The_machine_is_its_own()
    {
        using var scope = torch.NewDisposeScope();
        var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        rbm.Weight.requires_grad = false;
        var before = CheckpointScenario.Bytes(rbm);
        using var dbm = rbm.ToDbm([(UnitLayer)new BernoulliUnits(2).to(ScalarType.Float64)]);
        dbm.Weights.Select(weights => weights.requires_grad).Should().Equal(false, true);
        using (torch.no_grad())
        {
            foreach (var parameter in dbm.parameters())
                _ = parameter.zero_();
        }

        CheckpointScenario.Bytes(rbm).Should().BeEquivalentTo(before);
        rbm.Dispose();
        using var still = dbm.Transform(torch.zeros(1, 4, ScalarType.Float64));
        still.ShouldBeNear(torch.full(1, 2, 0.5, ScalarType.Float64), 1e-12);
        var disposed = () => rbm.ToDbm([]);
        disposed.Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(4, 3);
        var twice = new BernoulliUnits(2);
        Refused(() => rbm.ToDbm([twice, twice]), "*one of them twice*");
        Refused(() => rbm.ToDbm([(UnitLayer)new BernoulliUnits(2).to(ScalarType.Float64)]), "*loat64*");
        Refused(() => rbm.ToDbm(null!), "*above*");

        static void Refused(Func<object> call, string message) => call.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
