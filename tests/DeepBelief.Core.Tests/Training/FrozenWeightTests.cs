using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>Log-variances are slowed beside frozen weights as they are beside weights that learn.</summary>
public sealed class FrozenWeightTests
{
    private const double Rate = 0.1;

    [Theory]
    [InlineData("rbm", "gaussian")]
    [InlineData("rbm", "relu")]
    [InlineData("dbm", "gaussian")]
    [InlineData("dbm", "relu")]
    [InlineData("classification rbm", "gaussian")]
    [InlineData("classification rbm", "relu")]
    public void The_first_step_of_variances_is_that_beside_weights_that_learn(string model, string units)
    {
        using var scope = torch.NewDisposeScope();
        // Weights of 0 add nothing to the means of visible units, so whether they move along makes no difference.
        var beside = Step(isFrozen: false);
        Enumeration.Read(beside).Should().OnlyContain(step => step > 1e-3, "the data are wider than the units");
        Step(isFrozen: true).ShouldBeNear(beside, 1e-12);

        Tensor Step(bool isFrozen)
        {
            var visible = Make.NewUnits(units, 3);
            return model switch
            {
                "rbm" => FirstStep(new Rbm(visible, new BernoulliUnits(4), WeightInitialization.Normal(0)), isFrozen),
                "dbm" => FirstStep(new Dbm(visible, [new BernoulliUnits(4), new BernoulliUnits(2)], WeightInitialization.Normal(0)), isFrozen, isFrozen),
                _ => FirstStep(new ClassificationRbm(new Rbm(new CompositeUnits(visible, new SoftmaxUnits(1, 2)), new BernoulliUnits(4), WeightInitialization.Normal(0))), isFrozen),
            };
        }
    }

    [Fact]
    public void Variances_of_a_deep_machine_do_not_mind_weights_of_other_layers()
    {
        using var scope = torch.NewDisposeScope();
        // The visible units are connected by the lowest weights alone.
        var frozen = Step(true, true);
        Step(true, false).ShouldBeNear(frozen, 1e-12);
        (Step(false, true) - frozen).abs().min().item<double>().Should().BeGreaterThan(1e-4, "weights that learn move along");

        static Tensor Step(params bool[] areFrozen)
            => FirstStep(new Dbm(new GaussianUnits(3), [new BernoulliUnits(4), new BernoulliUnits(2)], WeightInitialization.Normal(1), seed: 3), areFrozen);
    }

    /// <summary>What the first step adds to the log-variances of the visible units; disposes the model.</summary>
    private static Tensor FirstStep(torch.nn.Module model, params bool[] areFrozen)
    {
        using var owned = model.to(ScalarType.Float64);
        foreach (var (weight, isFrozen) in Weights(model).Zip(areFrozen))
            weight.requires_grad = !isFrozen;
        var variances = model.named_parameters().Single(p => p.name.EndsWith("log_variance", StringComparison.Ordinal)).parameter;
        var before = variances.detach().clone();
        var data = Make.Normal(2, 2, 200, 3).abs();
        _ = model switch
        {
            Rbm rbm => rbm.Fit(data, new() { Epochs = 1, BatchSize = 200, LearningRate = Rate, Averaging = 0, Centering = null, InitializeFromData = false }),
            Dbm dbm => dbm.Fit(data, new() { Epochs = 1, BatchSize = 200, LearningRate = Rate, Averaging = 0, Centering = null, InitializeFromData = false }),
            _ => (object)((ClassificationRbm)model).Fit(
                data,
                torch.arange(200).remainder(2),
                new() { Epochs = 1, BatchSize = 200, LearningRate = Rate, Averaging = 0, GenerativeWeight = 1, InitializeFromData = false }),
        };
        return variances.detach() - before;
    }

    private static IEnumerable<Parameter> Weights(torch.nn.Module model) => model switch
    {
        Rbm rbm => [rbm.Weight],
        Dbm dbm => dbm.Weights,
        _ => [((ClassificationRbm)model).Joint.Weight],
    };
}
