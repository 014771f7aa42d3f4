using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>Columns of real numbers are learned alike in any unit, with labels as without.</summary>
public sealed class ClassificationRbmScaleTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 0.3)]
    public void Variances_have_the_gradient_of_both_objectives_at_constant_means(double discriminative, double generative)
    {
        using var scope = torch.NewDisposeScope();
        using var model = new ClassificationRbm(new Rbm(new CompositeUnits(new GaussianUnits(3), new SoftmaxUnits(1, 2)), new BernoulliUnits(4)));
        _ = model.to(ScalarType.Float64);
        Make.Randomise(model, 3, 0.7);
        var (rows, labels) = (Make.Normal(1, 1, 6, 3), torch.arange(6).remainder(2));
        var drawn = model.Join(Make.Normal(2, 1, 8, 3), torch.arange(8).remainder(2));
        var options = new ClassificationRbmOptions { DiscriminativeWeight = discriminative, GenerativeWeight = generative, NegativePhase = new GivenRows(drawn) };
        using var batches = new InMemoryBatches(new(rows, labels), options);
        using var task = new ClassificationRbmTask(model, batches, null, options, initialize: false);
        task.BeginEpoch(1);
        task.ComputeGradient(1, keep: 0);
        var found = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());

        foreach (var parameter in model.parameters())
            parameter.grad = null;
        var generated = model.Joint.FreeEnergy(model.Join(rows, labels)).mean() - model.Joint.FreeEnergy(drawn).mean();
        ((generated * generative) - (model.forward(rows).gather(1, labels.unsqueeze(1)).mean() * discriminative)).backward();
        foreach (var (name, parameter) in model.named_parameters().Where(p => !p.name.EndsWith("log_variance", StringComparison.Ordinal)))
            found[name].ShouldBeNear(parameter.grad!, 1e-12);
        var (variances, weight) = (model.named_parameters().Single(p => p.name == "joint.visible.0.log_variance").parameter, model.Joint.Weight);
        var along = (weight.detach() * weight.grad!).sum(dim: 0).narrow(0, 0, 3);
        found["joint.visible.0.log_variance"].ShouldBeNear(0.1 * (variances.grad! - along), 1e-12);
        along.abs().min().ToDouble().Should().BeGreaterThan(0.001);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.01)]
    [InlineData(1, 0)]
    public void The_unit_of_measurement_changes_no_probability_of_a_class(double generative, double discriminative)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(3);
        // Two classes whose means are two deviations apart in three of six columns.
        var labels = torch.arange(600).remainder(2);
        var means = labels.to(ScalarType.Float64).mul(2).sub(1).unsqueeze(1) * torch.tensor(new double[] { 1, -1, 1, 0, 0, 0 });
        var rows = means + torch.randn(new long[] { 600, 6 }, ScalarType.Float64, generator: generator);

        var probabilities = Probabilities(1);
        probabilities.gather(1, labels.unsqueeze(1)).gt(0.5).to(ScalarType.Float64).mean().item<double>().Should().BeGreaterThan(0.9);
        foreach (var scale in new[] { 100, 0.01 })
            (Probabilities(scale) - probabilities).abs().max().item<double>().Should().BeLessThan(1e-6);

        Tensor Probabilities(double scale)
        {
            var joint = new Rbm(new CompositeUnits(new GaussianUnits(6), new SoftmaxUnits(1, 2)), new BernoulliUnits(8));
            using var model = new ClassificationRbm(joint);
            _ = model.to(ScalarType.Float64);
            var options = new ClassificationRbmOptions { Epochs = 20, GenerativeWeight = generative, DiscriminativeWeight = discriminative };
            _ = model.Fit(rows * scale, labels, options);
            return model.PredictProbabilities(rows * scale);
        }
    }
}
