using DeepBelief.Evaluation;
using DeepBelief.Tensors;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>A layer that begins as the one below it, turned over.</summary>
public sealed class TiedStartTests
{
    [Theory]
    [InlineData("bernoulli", "bernoulli", 6)]
    [InlineData("spin", "binomial", 5)]
    [InlineData("softmax", "bernoulli", 4)]
    [InlineData("gaussian", "softmax", 6)]
    [InlineData("composite", "spin", 4)]
    public void The_bound_begins_at_the_likelihood_of_the_machine_below(string visible, string hidden, long units)
    {
        using var scope = torch.NewDisposeScope();
        var below = Make.Rbm(visible, 4, hidden, 3);
        var layer = new Rbm(Make.NewUnits(hidden, 3), Make.NewUnits(visible, units), WeightInitialization.Normal(0)).to(ScalarType.Float64);
        using var dbn = new Dbn(below, layer);
        TiedStart.Check(below, layer, "layer 1");
        TiedStart.Apply(below, layer);
        var rows = below.SampleVisible(below.Hidden.Sample(torch.zeros(9, 3, ScalarType.Float64)));
        var expected = LogLikelihood.Evaluate(below, rows, ExactEnumeration.LogPartition(below)).Rows.ToArray();
        DeepLogLikelihood.Exact(dbn, rows).Rows.ToArray().ShouldBeNear(expected, 1e-10);
        // q(h | v) is p(h | v), so each sample has the whole of the likelihood.
        using var generator = new Generator(1);
        DeepLogLikelihood.LowerBound(dbn, rows, ExactEnumeration.LogPartition(layer), samples: 1, generator).Rows.ToArray().ShouldBeNear(expected, 1e-10);
    }

    [Fact]
    public void Many_units_beyond_with_default_weights_change_next_to_nothing()
    {
        using var scope = torch.NewDisposeScope();
        var below = Make.Rbm("bernoulli", 8, "bernoulli", 10);
        using var dbn = new Dbn(below, Rbm.Bernoulli(10, 108, seed: 3, dtype: ScalarType.Float64));
        TiedStart.Apply(below, dbn.TopMachine);
        var rows = Enumeration.States(8);
        var expected = LogLikelihood.Evaluate(below, rows, ExactEnumeration.LogPartition(below)).Rows.ToArray();
        // KL(p || q) of the two densities.
        Loss().Should().BeInRange(0, 0.005);

        // With the bias alone of the machine below it is much more.
        Parameters.Assign(((BernoulliUnits)dbn.TopMachine.Visible).Bias, ((BernoulliUnits)below.Hidden).Bias);
        Loss().Should().BeGreaterThan(0.02);

        double Loss() => DeepLogLikelihood.Exact(dbn, rows).Rows.Zip(expected, (q, p) => Math.Exp(p) * (p - q)).Sum();
    }

    [Fact]
    public void What_a_layer_learns_raises_the_bound()
    {
        using var scope = torch.NewDisposeScope();
        var rows = SmallSets.Get("bars 3x3").Rows();
        for (var seed = 1; seed <= 3; seed++)
        {
            using var dbn = Dbn.Bernoulli([9, 12, 20], null, seed);
            _ = dbn.Fit(rows, new() { Epochs = 15, TiedStart = true, Seed = seed });
            var below = LogLikelihood.Evaluate(dbn.Layers[0], rows, ExactEnumeration.LogPartition(dbn.Layers[0])).Mean;
            using var generator = new Generator(1);
            DeepLogLikelihood.LowerBound(dbn, rows, ExactEnumeration.LogPartition(dbn.TopMachine), samples: 20, generator).Mean.Should().BeGreaterThan(below + 0.02);
        }
    }

    [Fact]
    public void A_source_gives_the_same_start()
    {
        using var scope = torch.NewDisposeScope();
        var rows = CheckpointScenario.Data();
        var options = new DbnTrainingOptions { TiedStart = true, Layers = [new(), new() { Epochs = 1, LearningRate = 1e-30 }] };
        using var dbn = Dbn.Bernoulli([6, 4, 6], null, seed: 2);
        _ = dbn.Fit(new Given(4, (_, batch) => rows.narrow(0, 10 * (batch - 1), 10)), options);
        ShouldBeTied(dbn);
    }

    [Fact]
    public void Only_an_untrained_layer_begins_so()
    {
        using var scope = torch.NewDisposeScope();
        var rows = CheckpointScenario.Data();
        using var dbn = Dbn.Bernoulli([6, 4, 6], null, seed: 2);
        var still = new DbnTrainingOptions { TiedStart = true, Layers = [new(), new() { Epochs = 1, LearningRate = 1e-30 }] };
        // A frozen layer below is turned over as it is, and a frozen one above stays.
        Train(dbn.TopMachine, false);
        var before = CheckpointScenario.Bytes(dbn.TopMachine);
        _ = dbn.Fit(rows, still);
        CheckpointScenario.Bytes(dbn.TopMachine).Should().BeEquivalentTo(before);
        Train(dbn.TopMachine, true);
        Train(dbn.Layers[0], false);
        _ = dbn.Fit(rows, still);
        ShouldBeTied(dbn);

        var trained = CheckpointScenario.Bytes(dbn.TopMachine);
        Train(dbn.Layers[0], true);
        _ = dbn.Fit(rows, still);
        CheckpointScenario.Bytes(dbn.TopMachine).Should().BeEquivalentTo(trained);
    }

    [Fact]
    public void The_top_with_labels_begins_at_the_likelihood_of_the_layer_below()
    {
        using var scope = torch.NewDisposeScope();
        var rows = CheckpointScenario.Data().to(ScalarType.Float64);
        var labels = rows.select(1, 0).to(ScalarType.Int64);
        using var dbn = ClassificationDbn.Bernoulli([6, 4, 6], classes: 2, WeightInitialization.Normal(0.1), seed: 2, dtype: ScalarType.Float64);
        _ = dbn.Fit(rows, labels, new() { TiedStart = true, Top = new() { Epochs = 1, LearningRate = 1e-300, GenerativeWeight = 1 } });
        var below = LogLikelihood.Evaluate(dbn.Layers[0], rows, ExactEnumeration.LogPartition(dbn.Layers[0]));
        DeepLogLikelihood.Exact(dbn, rows).Rows.ToArray().ShouldBeNear([.. below.Rows], 1e-10);
        // The labels are as frequent as in the data.
        dbn.PredictProbabilities(rows).select(1, 1).ShouldBeNear(torch.full_like(labels, labels.to(ScalarType.Float64).mean().ToDouble(), ScalarType.Float64), 0.01);
    }

    [Theory]
    [InlineData("bernoulli", 6)]
    [InlineData("bernoulli", 10)]
    [InlineData("spin", 10)]
    public void The_labels_of_the_top_begin_as_frequent_as_in_the_data_whatever_the_number_of_units(string features, long units)
    {
        using var scope = torch.NewDisposeScope();
        var rows = CheckpointScenario.Data();
        var labels = torch.arange(40).remainder(10).eq(0).to(ScalarType.Int64);
        var top = new Rbm(new CompositeUnits(Make.NewUnits(features, 4), new SoftmaxUnits(1, 2)), new BernoulliUnits(units), seed: 3);
        using var dbn = new ClassificationDbn([new Rbm(new BernoulliUnits(6), Make.NewUnits(features, 4), seed: 2)], new ClassificationRbm(top));
        _ = dbn.Fit(rows, labels, new() { TiedStart = true, Top = new() { Epochs = 1, LearningRate = 1e-30 } });
        // Nine rows in ten are of the first class; a hundredth is spread evenly, for classes that are missing.
        dbn.PredictProbabilities(rows).select(1, 0).ShouldBeNear(torch.full(40, (0.99 * 0.9) + (0.01 / 2)), 1e-6);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        var rows = CheckpointScenario.Data();
        var tied = new DbnTrainingOptions { TiedStart = true };
        Refused(() => Dbn.Bernoulli(6, 4, 5).Fit(rows, tied), "*layer 1 has at least 6 bernoulli hidden units*it has 5 bernoulli*");
        Refused(() => Dbn.Gaussian(6, 4, 6).Fit(rows, tied), "*6 gaussian hidden units*it has 6 bernoulli*");
        Refused(() => new Dbn(new Rbm(new SoftmaxUnits(2, 3), new BernoulliUnits(4)), new Rbm(new BernoulliUnits(4), new SoftmaxUnits(3, 2))).Fit(rows, tied), "*6 softmax*");
        Refused(() => ClassificationDbn.Bernoulli([6, 4, 5], 2).Fit(rows, torch.zeros(40, ScalarType.Int64), new() { TiedStart = true }), "*the top has at least 6*");
        Refused(() => Dbm.Bernoulli(6, 4, 6).Pretrain(rows, new() { TiedStart = true }), "*Pretrain*");
        var half = Dbn.Bernoulli(6, 4, 6);
        half.TopMachine.Weight.requires_grad = false;
        Refused(() => half.Fit(rows, tied), "*requires_grad of some is false*");

        static void Refused(Func<object> call, string message)
            => call.Should().Throw<ArgumentOutOfRangeException>().WithMessage(message).WithParameterName("TiedStart");
    }

    private static void Train(Rbm rbm, bool isTrained)
    {
        foreach (var parameter in rbm.parameters())
            parameter.requires_grad = isTrained;
    }

    private static void ShouldBeTied(Dbn dbn)
    {
        var (below, above) = (dbn.Layers[0], dbn.Layers[1]);
        above.Weight.ShouldBeNear(below.Weight.t(), 1e-6);
        ((BernoulliUnits)above.Visible).Bias.ShouldBeNear(((BernoulliUnits)below.Hidden).Bias, 1e-6);
        ((BernoulliUnits)above.Hidden).Bias.ShouldBeNear(((BernoulliUnits)below.Visible).Bias, 1e-6);
        below.Weight.abs().max().ToDouble().Should().BeGreaterThan(0.1);
    }
}
