using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;

namespace DeepBelief.Experiments.Full;

/// <summary>The whole of MNIST, 60,000 images to train and 10,000 to test, with dropout.</summary>
internal sealed class FullExperiment : Experiment<FullResults>
{
    public override string Name => "full";

    public override string Description => "all of MNIST with dropout: settings chosen by validation, one look at the test images";

    public FullRecipe Recipe { get; init; } = FullRecipe.Default;

    protected override void Fill(ExperimentContext context, FullResults results)
    {
        foreach (var seed in context.Options.Seeds)
            new FullRun(context, Recipe, seed).Run(results);
    }
}

/// <summary>Learns the whole of MNIST with one seed.</summary>
/// <remarks>
/// Pre-training sees all training images and no labels. The last of the training images, with their labels, choose how to
/// fine-tune; then all training images are used. The test images are looked at once.
/// </remarks>
internal sealed class FullRun(ExperimentContext context, FullRecipe recipe, int seed)
{
    private const long Digits = 10;

    /// <summary>Adds what is finished as it goes.</summary>
    public void Run(FullResults results)
    {
        using var images = context.Data.Whole.Train();
        using var pretrained = context.Pretrain(recipe.Dbn.Plan(seed, images.Images));
        var result = results.Begin(seed, pretrained.Histories);
        Try(pretrained.Dbn, images, result);

        var chosen = recipe.Candidates.Single(candidate => candidate.Settings == result.Best!.Settings);
        var classifier = Begin(pretrained.Dbn, chosen.Settings);
        try
        {
            var history = context.Train($"All training images: {chosen.Settings.Name}", classifier, chosen.Settings.Options(chosen.Epochs, seed), images);
            result.Finish(history.Epochs, classifier.Score(context.Data.Whole.TestImages, context.Data.Whole.TestLabels));
            results.Keep(classifier);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private void Try(Dbn dbn, LabelledImages images, FullResult result)
    {
        using var training = images.Part(0, images.Count - recipe.ValidationRows);
        using var validation = images.Part(training.Count, recipe.ValidationRows);
        foreach (var candidate in recipe.Candidates)
        {
            using var classifier = Begin(dbn, candidate.Settings);
            var options = candidate.Settings.Options(candidate.TrialEpochs, seed);
            var history = context.Train($"Trial: {candidate.Settings.Name}", classifier, options, training, validation);
            result.Add(new FullTrial(candidate.Settings, history.Epochs));
        }
    }

    private Classifier Begin(Dbn dbn, FineTuning settings) => dbn.ToClassifier(Digits, seed, settings.Dropout);
}
