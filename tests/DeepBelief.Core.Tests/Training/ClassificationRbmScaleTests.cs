using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>Columns of real numbers are learned alike in any unit, with labels as without.</summary>
public sealed class ClassificationRbmScaleTests
{
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
