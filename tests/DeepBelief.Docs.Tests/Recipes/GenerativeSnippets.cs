#region usings
using DeepBelief;
using DeepBelief.Evaluation;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/generative.md.</summary>
public sealed class GenerativeSnippets : Support.SnippetTests
{
    [Fact]
    public void A_network_has_bounds_of_its_likelihood()
    {
        var (images, _) = Bars(600, seed: 1);
        var (testImages, _) = Bars(200, seed: 2);

        #region likelihood
        using var dbn = Dbn.Bernoulli(16, 12, 30);
        dbn.Fit(images, new() { Epochs = 20 });

        using var features = dbn.TransformToTop(images);                // data for the top machine
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(steps: 1000) };
        var logZ = AnnealedImportanceSampling.Bracket(dbn.TopMachine, features, options);
        var bound = DeepLogLikelihood.LowerBound(dbn, testImages, logZ);
        var tighter = DeepLogLikelihood.ImportanceSampled(dbn, testImages, logZ, samples: 1000);
        Console.WriteLine($"{bound.Lower}, {tighter.Lower} {tighter.Warning}");  // mean ± standard error
        #endregion

        #region exact
        if (DeepLogLikelihood.IsExactPossible(dbn))                     // hidden layers of few states
            Console.WriteLine(DeepLogLikelihood.Exact(dbn, testImages));
        #endregion

        var exact = DeepLogLikelihood.Exact(dbn, testImages).Mean;
        // 0.1: the samples and log Z have errors.
        bound.Lower.Mean.Should().BeLessThan(exact + 0.1);
        tighter.Lower.Mean.Should().BeInRange(bound.Lower.Mean, exact + 0.1);
        #region tied
        using var deep = Dbn.Bernoulli(16, 12, 30);                     // at least 16 units at the top
        deep.Fit(images, new() { Epochs = 20, TiedStart = true });
        #endregion

        DeepLogLikelihood.Exact(deep, testImages).Mean.Should().BeGreaterThan(exact);
        // Better than sixteen fair bits, and not better than the distribution that the rows are from.
        exact.Should().BeInRange(16 * Math.Log(0.5), Math.Log(0.25) + (16 * ((0.1 * Math.Log(0.1)) + (0.9 * Math.Log(0.9)))) + 0.5);
    }

    [Fact]
    public void A_network_with_labels_classifies_and_draws()
    {
        var (images, labels) = Bars(600, seed: 1);
        var (testImages, testLabels) = Bars(300, seed: 2);

        #region labels
        using var dbn = ClassificationDbn.Bernoulli([16, 20, 30], classes: 4);
        dbn.Fit(images, labels, new()
        {
            Epochs = 20,
            Top = new() { Epochs = 40, DiscriminativeWeight = 0, GenerativeWeight = 1 },
        });
        Console.WriteLine(dbn.Score(testImages, testLabels).Accuracy);
        using var probabilities = dbn.PredictProbabilities(testImages); // [rows, 4]

        using var wanted = full(100, 2, ScalarType.Int64);              // a hundred rows of class 2
        using var drawn = dbn.Sample(wanted, steps: 200);               // [100, 16]
        #endregion

        dbn.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.95);
        probabilities.sum(1).sub(1).abs().max().ToDouble().Should().BeLessThan(1e-4);
        drawn.reshape(100, 4, 4).mean([1L]).argmax(1).eq(2).to(ScalarType.Float32).mean().ToDouble().Should().BeGreaterThan(0.85);

        #region updown
        using var untied = dbn.Untie();
        untied.Fit(images, labels, new() { Epochs = 20 });
        Console.WriteLine(untied.Score(testImages, testLabels).Accuracy);
        untied.Save("untied.pt");
        #endregion

        untied.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.95);
        using var again = UntiedDbn.Load("untied.pt");
        again.Score(testImages, testLabels).Should().Be(untied.Score(testImages, testLabels));

        #region discriminative
        untied.Fit(images, labels, new()
        {
            Epochs = 40,
            DiscriminativeWeight = 60,
            Dropout = new(Input: 0.1, Hidden: 0.3),
        });
        #endregion

        untied.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.95);
    }

    // Images of 4 x 4 pixels, of which one column is lit, the class, and one pixel in ten flipped.
    private static (Tensor Images, Tensor Labels) Bars(int count, ulong seed)
    {
        using var generator = new Generator(seed);
        var labels = randint(0, 4, count, dtype: ScalarType.Int64, generator: generator);
        var flipped = rand(new long[] { count, 16 }, generator: generator).lt(0.1).to(ScalarType.Float32);
        return ((eye(4).index(labels).repeat(1, 4) - flipped).abs(), labels);
    }
}
