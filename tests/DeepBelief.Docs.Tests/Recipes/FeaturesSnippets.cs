#region usings
using DeepBelief;
using DeepBelief.Training;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/features.md.</summary>
public sealed class FeaturesSnippets : Support.SnippetTests
{
    [Fact]
    public void Kinds_that_nobody_named_lie_apart_in_the_features()
    {
        var (measurements, kinds) = Support.Toy.Measurements(1000, seed: 1);

        #region standardise
        using var mean = measurements.mean([0L], keepdim: true);
        using var deviation = measurements.std([0L], keepdim: true);
        using var rows = (measurements - mean) / deviation;             // [rows, 10]
        #endregion

        #region features
        using var rbm = Rbm.Gaussian(visible: 10, hidden: 32);
        rbm.Fit(rows, new()
        {
            Epochs = 100,
            LearningRate = 0.005,
            Optimizer = new AdamSettings(),
        });
        using var features = rbm.HiddenMean(rows);                      // [rows, 32], in [0, 1]
        #endregion

        rows.mean().ToDouble().Should().BeApproximately(0, 1e-4);
        features.shape.Should().Equal(1000, 32);
        features.min().ToDouble().Should().BeGreaterThanOrEqualTo(0);
        features.max().ToDouble().Should().BeLessThanOrEqualTo(1);
        // Nearly every row's nearest other row in the features is of its own kind.
        var distances = cdist(features, features) + (eye(1000) * 1e6);
        kinds.index(distances.argmin(1)).eq(kinds).to(ScalarType.Float32).mean().ToDouble().Should().BeGreaterThan(0.97);
        // Units that differ between rows, not constants.
        features.std([0L]).max().ToDouble().Should().BeGreaterThan(0.2);
    }

    [Fact]
    public void Sparse_units_are_seldom_on()
    {
        var (images, _) = Support.Toy.Images(500, seed: 1);

        #region sparse
        using var rbm = Rbm.Bernoulli(visible: 784, hidden: 100);
        rbm.Fit(images, new()
        {
            Epochs = 60,
            Sparsity = new() { Target = 0.1, Cost = 1 },                // on for one row in ten
        });
        using var activity = rbm.HiddenMean(images).mean([0L]);         // [100]
        #endregion

        activity.mean().ToDouble().Should().BeApproximately(0.1, 0.05);
    }
}
