using System.Globalization;
using DeepBelief.Samples.Mnist.Data;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>Compares with one seed.</summary>
/// <remarks>
/// Pre-training sees all training images and no labels. With and without it, a classifier has the same layers and learns
/// from the same images; settings are chosen by the validation images, for both in the same way; a classifier is scored on
/// the test images once, when it is finished.
/// </remarks>
internal sealed class FewLabelsRun(ExperimentContext context, FewLabelsRecipe recipe, int seed)
{
    private const int Digits = 10;

    // Of the labels that settings are chosen with: those of no draw.
    private const int TrialDraw = 999;

    /// <summary>Adds what is finished as it goes.</summary>
    public void Run(FewLabelsResults results)
    {
        using var all = context.Data.Whole.Train();
        using var pretrained = context.Pretrain(recipe.Dbn.Plan(seed, all.Images));
        var (with, without) = ((FewLabelsCandidate?)null, (FewLabelsCandidate?)null);
        foreach (var size in recipe.Sizes)
        {
            with = Choose(pretrained.Dbn, size, all, results) ?? with;
            without = Choose(null, size, all, results) ?? without;
            for (var draw = 0; draw < size.Draws; draw++)
            {
                using var images = Draw(all, size.Labels, draw);
                results.Add(Test(pretrained.Dbn, with!, size, draw, images));
                results.Add(Test(null, without!, size, draw, images));
            }
        }
    }

    /// <summary>The images of a draw: the same with and without pre-training.</summary>
    internal LabelledImages Draw(LabelledImages all, int? labels, int draw)
        => labels is { } count ? all.Balanced(count / Digits, SeedOf(draw)) : all.Part(0, all.Count);

    // Null where there is nothing to choose from.
    private FewLabelsCandidate? Choose(Dbn? dbn, FewLabelsSize size, LabelledImages all, FewLabelsResults results)
    {
        var candidates = Arm(dbn, size).Candidates;
        if (candidates.Count == 0)
            return null;
        using var rest = all.Part(0, all.Count - recipe.ValidationRows);
        using var validation = all.Part(rest.Count, recipe.ValidationRows);
        using var images = Draw(rest, size.Labels, TrialDraw);
        var trials = new List<FewLabelsTrial>();
        foreach (var candidate in candidates)
        {
            using var classifier = Begin(dbn, candidate, TrialDraw);
            _ = Train($"{Title(dbn, images)}, trial {trials.Count + 1} of {candidates.Count}", dbn, classifier, candidate, size, TrialDraw, images);
            var accuracy = classifier.Score(validation.Images, validation.Labels).Accuracy;
            trials.Add(new FewLabelsTrial(seed, (int)images.Count, dbn is not null, candidate, accuracy));
            results.AddTrial(trials[^1]);
        }

        return trials.MaxBy(trial => trial.ValidationAccuracy)!.Settings;
    }

    private FewLabelsResult Test(Dbn? dbn, FewLabelsCandidate settings, FewLabelsSize size, int draw, LabelledImages images)
    {
        using var classifier = Begin(dbn, settings, draw);
        var time = Train(Title(dbn, images) + (size.Draws > 1 ? $", draw {draw + 1}" : ""), dbn, classifier, settings, size, draw, images);
        var score = classifier.Score(context.Data.Whole.TestImages, context.Data.Whole.TestLabels);
        return new FewLabelsResult(seed, (int)images.Count, draw, dbn is not null, score.Accuracy, time) { Settings = settings };
    }

    private TimeSpan Train(
        string title, Dbn? dbn, Classifier classifier, FewLabelsCandidate settings, FewLabelsSize size, int draw, LabelledImages images)
    {
        var training = settings.FineTuning.Options(Arm(dbn, size).Epochs, SeedOf(draw)) with { BatchSize = size.BatchSize };
        return context.Train(title, classifier, training, images).Last.Elapsed;
    }

    private Classifier Begin(Dbn? dbn, FewLabelsCandidate settings, int draw)
    {
        if (dbn is not null)
            return dbn.ToClassifier(Digits, SeedOf(draw), settings.FineTuning.Dropout);
        var classifier = Classifier.Random(
            recipe.Dbn.Sizes, Digits, SeedOf(draw), context.Options.TorchDevice(), dropout: settings.FineTuning.Dropout);
        using var noGrad = torch.no_grad();
        foreach (var weight in classifier.parameters().Where(parameter => parameter.dim() == 2).SkipLast(1))
            _ = weight.mul_(settings.Scale);
        return classifier;
    }

    private static FewLabelsArm Arm(Dbn? dbn, FewLabelsSize size) => dbn is null ? size.Random : size.Pretrained;

    private static string Title(Dbn? dbn, LabelledImages images)
        => string.Create(CultureInfo.InvariantCulture, $"{images.Count:N0} labels {(dbn is null ? "without" : "with")} pre-training");

    // Other numbers for every seed and draw.
    private long SeedOf(int draw) => (1000L * seed) + draw;
}
