#region usings
using DeepBelief;
using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/anomaly.md.</summary>
public sealed class AnomalySnippets : Support.SnippetTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Rows_that_break_the_rule_have_more_free_energy()
    {
        var (measurements, _) = Support.Toy.Measurements(3000, seed: 1);
        var (mean, deviation) = (measurements.mean([0L]), measurements.std([0L]));
        var standardised = (measurements - mean) / deviation;
        var (normal, known) = (standardised.narrow(0, 0, 2000), standardised.narrow(0, 2000, 1000));
        // Every column as it was, the columns of different rows together.
        var strange = stack([.. Enumerable.Range(0, 10).Select(column => known.select(1, column).index(randperm(1000)))], 1);

        #region train
        using var rbm = Rbm.Gaussian(visible: 10, hidden: 64);
        rbm.Fit(normal, new() { Epochs = 200, NegativePhase = new ContrastiveDivergence(10) });
        #endregion

        #region threshold
        using var scores = rbm.FreeEnergy(known);                   // rows that training has not seen
        using var sorted = scores.sort().Values;
        var threshold = sorted[(long)(0.99 * sorted.shape[0])].ToDouble();
        using var alarms = rbm.FreeEnergy(strange).gt(threshold);   // [rows], bool
        #endregion

        #region area
        var area = AnomalyScore.RocAuc(rbm.FreeEnergy(known), rbm.FreeEnergy(strange));
        #endregion

        scores.gt(threshold).sum().ToInt64().Should().Be(9);
        area.Should().BeGreaterThan(0.95);
        alarms.to(ScalarType.Float32).mean().ToDouble().Should().BeGreaterThan(0.6);
    }
}
