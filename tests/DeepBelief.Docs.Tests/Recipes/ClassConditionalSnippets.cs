#region usings
using DeepBelief;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/class-conditional.md.</summary>
public sealed class ClassConditionalSnippets : Support.SnippetTests
{
    [Fact]
    public void One_machine_classifies_and_draws()
    {
        var (images, labels) = Bars(2000, seed: 1);
        var (testImages, testLabels) = Bars(500, seed: 2);

        #region train
        using var model = ClassificationRbm.Bernoulli(visible: 16, hidden: 40, classes: 4);
        model.Fit(images, labels, new() { Epochs = 20, DiscriminativeWeight = 1, GenerativeWeight = 1 });
        Console.WriteLine(model.Score(testImages, testLabels).Accuracy);
        using var logProbabilities = model.call(testImages);            // log p(y | v), [rows, 4]
        #endregion

        model.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.95);
        logProbabilities.exp().sum(1).sub(1).abs().max().ToDouble().Should().BeLessThan(1e-4);

        #region draw
        using var wanted = full(100, 2, ScalarType.Int64);              // a hundred rows of class 2
        using var drawn = model.Sample(wanted, steps: 200);             // [100, 16]
        using var anything = model.Sample(count: 100, steps: 200);      // rows of all classes
        #endregion

        Columns(drawn).eq(2).to(ScalarType.Float32).mean().ToDouble().Should().BeGreaterThan(0.9);
        bincount(Columns(anything), minlength: 4).min().ToDouble().Should().BeGreaterThan(0);

        #region use
        using var features = model.Transform(testImages);               // [rows, 40], without labels
        using var net = model.ToClassifier();
        Console.WriteLine(net.Score(testImages, testLabels).Accuracy);  // before any step
        net.FitClassifier(images, labels, new() { Epochs = 5 });
        #endregion

        features.shape.Should().Equal(500, 40);
        using var begun = model.ToClassifier();
        begun.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.9);
        net.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.95);

        static Tensor Columns(Tensor rows) => rows.reshape(100, 4, 4).mean([1L]).argmax(1);
    }

    // Images of 4 x 4 pixels, of which one column is lit, the class, and one pixel in twenty flipped.
    private static (Tensor Images, Tensor Labels) Bars(int count, ulong seed)
    {
        using var generator = new Generator(seed);
        var labels = randint(0, 4, count, dtype: ScalarType.Int64, generator: generator);
        var flipped = rand(new long[] { count, 16 }, generator: generator).lt(0.05).to(ScalarType.Float32);
        return ((eye(4).index(labels).repeat(1, 4) - flipped).abs(), labels);
    }
}
