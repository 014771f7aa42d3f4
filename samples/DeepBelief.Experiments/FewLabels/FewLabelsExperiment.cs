using System.Globalization;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Mnist;
using TorchSharp;

namespace DeepBelief.Experiments.FewLabels;

/// <summary>Where pre-training pays: many images, of which few have labels.</summary>
internal sealed class FewLabelsExperiment : Experiment<FewLabelsResults>
{
    public override string Name => "few-labels";

    public override string Description => "all images to pre-train, 100 to all labels to fine-tune, with and without pre-training";

    public FewLabelsRecipe Recipe { get; init; } = FewLabelsRecipe.Default;

    protected override void Fill(ExperimentContext context, FewLabelsResults results)
    {
        foreach (var seed in context.Options.Seeds)
            new FewLabelsRun(context, Recipe, seed).Run(results);
    }
}

/// <summary>Compares with one seed.</summary>
/// <remarks>
/// Pre-training sees all training images and no labels. Whatever it begins with, a classifier has the same layers and learns
/// from the same images; settings are chosen by the validation images, for pre-trained and for random weights in the same
/// way, and shuffled weights get those of the pre-trained ones; a classifier is scored on the test images once, when it is
/// finished. Where a lesson has unlabelled images, they are those that pre-training has seen, and the labelled ones are those of
/// the first draw.
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
        var dbn = pretrained.Dbn;
        var (with, without) = ((FewLabelsCandidate?)null, (FewLabelsCandidate?)null);
        foreach (var size in recipe.Sizes)
        {
            with = Choose(StartingWeights.Pretrained, dbn, size, all, results) ?? with;
            without = Choose(StartingWeights.Random, dbn, size, all, results) ?? without;
            for (var draw = 0; draw < size.Draws; draw++)
            {
                using var images = Draw(all, size.Labels, draw);
                results.Add(Test(StartingWeights.Pretrained, dbn, with!, size, draw, images));
                results.Add(Test(StartingWeights.Shuffled, dbn, with!, size, draw, images));
                results.Add(Test(StartingWeights.Random, dbn, without!, size, draw, images));
            }

            foreach (var lesson in recipe.Unlabelled.Where(one => one.Labels == size.Labels))
                Compare(lesson, dbn, with!, size, all, results);
        }
    }

    /// <summary>The images of a draw: the same for all starting weights.</summary>
    internal LabelledImages Draw(LabelledImages all, int? labels, int draw)
        => labels is { } count ? all.Balanced(count / Digits, SeedOf(draw)) : all.Part(0, all.Count);

    /// <summary>A classifier before it has seen a label; the same output layer for pre-trained and shuffled weights.</summary>
    internal Classifier Begin(StartingWeights start, Dbn dbn, FewLabelsCandidate settings, int draw) => start switch
    {
        StartingWeights.Pretrained => dbn.ToClassifier(Digits, SeedOf(draw), settings.FineTuning.Dropout),
        StartingWeights.Shuffled => ShuffledWeights.Of(dbn, Digits, SeedOf(draw), settings.FineTuning.Dropout),
        _ => Random(settings, draw),
    };

    // Null where there is nothing to choose from.
    private FewLabelsCandidate? Choose(StartingWeights start, Dbn dbn, FewLabelsSize size, LabelledImages all, FewLabelsResults results)
    {
        var candidates = size.Arm(start).Candidates;
        if (candidates.Count == 0)
            return null;
        using var rest = all.Part(0, all.Count - recipe.ValidationRows);
        using var validation = all.Part(rest.Count, recipe.ValidationRows);
        using var images = Draw(rest, size.Labels, TrialDraw);
        var trials = new List<FewLabelsTrial>();
        foreach (var candidate in candidates)
        {
            using var classifier = Begin(start, dbn, candidate, TrialDraw);
            var lesson = new Lesson(start, candidate, size, TrialDraw, images);
            _ = Train(classifier, lesson, $"{lesson.Title}, trial {trials.Count + 1} of {candidates.Count}");
            var accuracy = classifier.Score(validation.Images, validation.Labels).Accuracy;
            trials.Add(new FewLabelsTrial(seed, (int)images.Count, start, candidate, accuracy));
            results.AddTrial(trials[^1]);
        }

        return trials.MaxBy(trial => trial.ValidationAccuracy)!.Settings;
    }

    private FewLabelsResult Test(StartingWeights start, Dbn dbn, FewLabelsCandidate settings, FewLabelsSize size, int draw, LabelledImages images)
    {
        using var classifier = Begin(start, dbn, settings, draw);
        var lesson = new Lesson(start, settings, size, draw, images);
        var time = Train(classifier, lesson, lesson.Title, size.Draws > 1 ? $"draw {draw + 1}" : null);
        var score = classifier.Score(context.Data.Whole.TestImages, context.Data.Whole.TestLabels);
        return new FewLabelsResult(seed, (int)images.Count, draw, start, score.Accuracy, time) { Settings = settings };
    }

    // Labelled and unlabelled images together, and for as long the labelled ones alone; the images of the first draw.
    private void Compare(UnlabelledLesson lesson, Dbn dbn, FewLabelsCandidate chosen, FewLabelsSize size, LabelledImages all, FewLabelsResults results)
    {
        using var images = Draw(all, size.Labels, 0);
        var title = string.Create(CultureInfo.InvariantCulture, $"{images.Count:N0} labels with pre-training");
        var longer = chosen.FineTuning.Options(lesson.EpochsWithout, SeedOf(0)) with { BatchSize = size.BatchSize };
        Test(Teaching.Longer, $"{title}, longer", chosen.FineTuning.Dropout, longer, null);
        Test(Teaching.Unlabelled, $"{title} and unlabelled images", null, lesson.Training with { Seed = SeedOf(0) }, all.Images);

        void Test(Teaching teaching, string name, DropoutRates? dropout, ClassifierTrainingOptions training, torch.Tensor? unlabelled)
        {
            using var classifier = dbn.ToClassifier(Digits, SeedOf(0), dropout);
            var time = context.Train(name, classifier, training, images, unlabelled: unlabelled).Last.Elapsed;
            var score = classifier.Score(context.Data.Whole.TestImages, context.Data.Whole.TestLabels);
            results.Add(new FewLabelsResult(seed, (int)images.Count, 0, StartingWeights.Pretrained, score.Accuracy, time) { Teaching = teaching });
        }
    }

    private TimeSpan Train(Classifier classifier, Lesson lesson, string title, string? repetition = null)
    {
        var options = lesson.Settings.FineTuning.Options(lesson.Size.Arm(lesson.Start).Epochs, SeedOf(lesson.Draw)) with { BatchSize = lesson.Size.BatchSize };
        return context.Train(title, classifier, options, lesson.Images, repetition: repetition, start: lesson.StartText).Last.Elapsed;
    }

    private Classifier Random(FewLabelsCandidate settings, int draw)
    {
        var classifier = Classifier.Random(
            recipe.Dbn.Sizes, Digits, SeedOf(draw), context.Options.TorchDevice(), dropout: settings.FineTuning.Dropout);
        using var noGrad = torch.no_grad();
        foreach (var weight in classifier.parameters().Where(parameter => parameter.dim() == 2).SkipLast(1))
            _ = weight.mul_(settings.Scale);
        return classifier;
    }

    // Other numbers for every seed and draw.
    private long SeedOf(int draw) => (1000L * seed) + draw;

    /// <summary>What a classifier learns, and how.</summary>
    private sealed record Lesson(StartingWeights Start, FewLabelsCandidate Settings, FewLabelsSize Size, int Draw, LabelledImages Images)
    {
        public string Title => string.Create(CultureInfo.InvariantCulture, $"{Images.Count:N0} labels {Beginning}");

        public string? StartText => Start == StartingWeights.Random
            ? string.Create(CultureInfo.InvariantCulture, $"weights of the hidden layers {Settings.Scale} times those that nn.Linear draws")
            : null;

        private string Beginning => Start switch
        {
            StartingWeights.Pretrained => "with pre-training",
            StartingWeights.Shuffled => "from shuffled weights",
            _ => "without pre-training",
        };
    }
}
