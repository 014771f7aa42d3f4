using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Pretraining;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>Learns the whole of MNIST with one seed.</summary>
/// <remarks>
/// Pre-training sees all training images and no labels. The last of the training images, with their labels, choose how to
/// fine-tune; then all training images are used. The test images are looked at once.
/// </remarks>
internal sealed class FullRun(ExperimentContext context, FullRecipe recipe, int seed)
{
    private const long Digits = 10;

    /// <summary>The caller owns the classifier.</summary>
    public (FullResult Result, Classifier Classifier) Run()
    {
        using var images = context.Data.Whole.Train();
        using var pretrained = context.Pretrain(new PretrainingPlan(
            $"DBN {string.Join('-', recipe.Sizes)}", "full", recipe.Sizes, recipe.Weights, recipe.PretrainingOf(seed), images.Images));
        var trials = Try(pretrained.Dbn, images);
        var chosen = trials.OrderBy(trial => trial.Error).ThenBy(trial => trial.Loss).First();

        var classifier = Begin(pretrained.Dbn, chosen.Settings);
        try
        {
            var history = context.FineTune("All training images", classifier, chosen.Settings.Options(recipe.Epochs, seed), images);
            var test = classifier.Score(context.Data.Whole.TestImages, context.Data.Whole.TestLabels);
            return (new FullResult(seed, pretrained.Histories, trials, chosen, history.Epochs, test), classifier);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private List<FullTrial> Try(Dbn dbn, LabelledImages images)
    {
        using var training = images.Part(0, images.Count - recipe.ValidationRows);
        using var validation = images.Part(training.Count, recipe.ValidationRows);
        var trials = new List<FullTrial>();
        foreach (var candidate in recipe.Candidates)
        {
            using var classifier = Begin(dbn, candidate);
            var history = context.FineTune($"Trial: {candidate.Name}", classifier, candidate.Options(recipe.TrialEpochs, seed), training, validation);
            trials.Add(new FullTrial(candidate, history.Epochs));
        }

        return trials;
    }

    private Classifier Begin(Dbn dbn, FineTuning settings) => dbn.ToClassifier(Digits, seed, settings.Dropout);
}
