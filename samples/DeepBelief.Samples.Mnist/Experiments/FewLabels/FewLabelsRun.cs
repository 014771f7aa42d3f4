using System.Globalization;
using DeepBelief.Samples.Mnist.Data;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>Compares with one seed.</summary>
/// <remarks>
/// Pre-training sees all training images and no labels. With and without it, a classifier learns from the same images, has
/// the same layers, and is scored on the test images once, when it is finished.
/// </remarks>
internal sealed class FewLabelsRun(ExperimentContext context, FewLabelsRecipe recipe, int seed)
{
    private const int Digits = 10;

    public void Run(FewLabelsResults results)
    {
        using var all = context.Data.Whole.Train();
        using var pretrained = context.Pretrain(recipe.Dbn.Plan(seed, all.Images));
        foreach (var size in recipe.Rows)
        {
            for (var draw = 0; draw < size.Draws; draw++)
            {
                using var images = Draw(all, size.Labels, draw);
                using (var classifier = pretrained.Dbn.ToClassifier(Digits, SeedOf(draw), size.Pretrained.Dropout))
                    results.Add(Train(classifier, size.Pretrained, pretrained: true, size, draw, images));
                using (var classifier = Random(size, draw))
                    results.Add(Train(classifier, size.Random, pretrained: false, size, draw, images));
            }
        }
    }

    /// <summary>The images of a draw: the same with and without pre-training, and for every recipe.</summary>
    internal LabelledImages Draw(LabelledImages all, int? labels, int draw)
        => labels is { } count ? all.Balanced(count / Digits, SeedOf(draw)) : all.Part(0, all.Count);

    private FewLabelsResult Train(Classifier classifier, FineTuning settings, bool pretrained, FewLabelsSize size, int draw, LabelledImages images)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{images.Count} labels, {settings.Name}{(size.Draws > 1 ? $", draw {draw + 1}" : "")}");
        var history = context.Train(title, classifier, settings.Options(size.Epochs, SeedOf(draw)), images);
        var score = classifier.Score(context.Data.Whole.TestImages, context.Data.Whole.TestLabels);
        return new FewLabelsResult(seed, (int)images.Count, draw, pretrained, score.Accuracy, history.Last.Elapsed);
    }

    private Classifier Random(FewLabelsSize size, int draw)
        => Classifier.Random(recipe.Dbn.Sizes, Digits, SeedOf(draw), context.Options.TorchDevice(), dropout: size.Random.Dropout);

    // Other numbers for every seed and draw.
    private long SeedOf(int draw) => (1000L * seed) + draw;
}
