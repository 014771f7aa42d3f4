#region usings
using DeepBelief;
using DeepBelief.Data;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/heads.md.</summary>
public sealed class HeadSnippets : Support.SnippetTests
{
    [Fact]
    public void Numbers_are_predicted()
    {
        var (images, labels) = Support.Toy.Images(500, seed: 1);
        using var dbn = Dbn.Bernoulli(784, 64);
        dbn.Fit(images, new() { Epochs = 5 });
        var targets = stack([images.mean([1L]) * 10, labels.to(ScalarType.Float32) / 10], 1);

        #region regressor
        using var net = dbn.ToRegressor(targets: 2, dropout: new DropoutRates(Hidden: 0.1));
        net.Fit(images, targets, new() { Epochs = 30 });                // targets: [rows, 2]
        using var predicted = net.Predict(images);                      // [rows, 2]
        var score = net.Score(images, targets);
        Console.WriteLine($"R² {score.R2[0]:f2}, {score.R2[1]:f2}");
        #endregion

        score.R2.Should().OnlyContain(r2 => r2 > 0.5);

        var several = stack([labels.eq(1), labels.eq(2), labels.lt(5)], 1).to(ScalarType.Float32);

        #region labels
        using var tagger = dbn.ToMultiLabelClassifier(labels: 3);
        tagger.Fit(images, several, new() { Epochs = 30 });             // [rows, 3], 0 or 1
        using var has = tagger.Predict(images);                         // [rows, 3], bool
        Console.WriteLine($"F1 {tagger.Score(images, several).MacroF1:f2}");
        #endregion

        tagger.Score(images, several).MacroF1.Should().BeGreaterThan(0.9);

        var counts = stack([labels, 9 - labels], 1).to(ScalarType.Float32);

        #region loss
        using var counter = dbn.ToRegressor(targets: 2);                // logarithms of expected counts
        NetworkTraining.Fit(
            counter,
            images,
            counts,                                                     // [rows, 2], 0, 1, 2, ...
            (output, count) => (output.exp() - (count * output)).sum(1),
            new() { Epochs = 30 });
        #endregion

        ILabelledBatchSource source = new Halves(images, targets);

        #region source
        using var streamed = dbn.ToRegressor(targets: 2);
        streamed.Fit(source, new() { Epochs = 60 });                    // Read gives inputs and targets
        #endregion

        streamed.Score(images, targets).R2.Should().OnlyContain(r2 => r2 > 0.5);

        // The mean of either count would be 2.5 off.
        (counter.Predict(images).exp() - counts).abs().mean().item<float>().Should().BeLessThan(0.5f);
    }

    /// <summary>Two batches.</summary>
    private sealed class Halves(Tensor inputs, Tensor targets) : ILabelledBatchSource
    {
        public int Batches => 2;

        public (Tensor Inputs, Tensor Labels) Read(int epoch, int batch)
        {
            var (start, count) = ((batch - 1) * inputs.shape[0] / 2, inputs.shape[0] / 2);
            return (inputs.narrow(0, start, count), targets.narrow(0, start, count));
        }
    }
}
