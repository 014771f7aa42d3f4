using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using TorchSharp;

namespace DeepBelief.Experiments.Full;

/// <summary>The whole of MNIST or of another set, 60,000 images to train and 10,000 to test.</summary>
/// <remarks>
/// Pre-training sees all training images and no labels. The last of the training images, with their labels, choose how to
/// fine-tune, once and with the first seed; then the choice learns from all training images with every seed. The test images are
/// looked at once by each of these.
/// </remarks>
internal sealed class FullExperiment : Experiment<FullResults>
{
    public override string Name => "full";

    public override string Description => "all images and labels, the way to learn chosen by validation, one look at the test images";

    public override bool TakesAnyImages => true;

    /// <summary>What to do with each set of images.</summary>
    public Func<ImageSet, FullRecipe> Recipe { get; init; } = FullRecipe.Of;

    protected override void Fill(ExperimentContext context, FullResults results)
    {
        var recipe = results.Recipe = Recipe(context.Options.Images);
        var seeds = context.Options.Seeds;
        using var run = new FullRun(context, recipe);
        run.Try(seeds[0], results);
        foreach (var seed in seeds)
            run.Learn(results.Best!.Candidate, seed, results);
    }
}

/// <summary>Tries candidates, and learns all images by the one that is chosen.</summary>
internal sealed class FullRun(ExperimentContext context, FullRecipe recipe) : IDisposable
{
    // Of the first seed, for the trials and what is chosen.
    private readonly Dictionary<FullNetwork, FullStart> starts = [];

    private int Classes => context.Options.Images.Classes.Count;

    /// <summary>Scores all candidates on the validation images.</summary>
    public void Try(int seed, FullResults results)
    {
        foreach (var sameNetwork in recipe.Candidates.GroupBy(candidate => candidate.Network))
        {
            var start = starts[sameNetwork.Key] = sameNetwork.Key.Train(context, seed);
            using var images = Images(start);
            using var training = images.Part(0, images.Count - recipe.ValidationRows);
            using var validation = images.Part(training.Count, recipe.ValidationRows);
            foreach (var candidate in sameNetwork)
            {
                using var classifier = Begin(candidate, start, seed, training);
                var options = candidate.Settings.Options(candidate.TrialEpochs, seed);
                var history = context.Train($"Trial: {candidate.Name}", classifier, options, training, validation);
                results.Add(new FullTrial(seed, candidate, history.Epochs, start.Time));
            }
        }
    }

    /// <summary>Learns all training images, then looks at the test images.</summary>
    public void Learn(FullCandidate chosen, int seed, FullResults results)
    {
        if (seed != context.Options.Seeds[0])
        {
            Dispose();
            starts[chosen.Network] = chosen.Network.Train(context, seed);
        }

        var start = starts[chosen.Network];
        var result = results.Begin(seed, start);
        using var images = Images(start);
        var classifier = Begin(chosen, start, seed, images);
        torch.Tensor? test = null;
        try
        {
            var history = context.Train($"All training images: {chosen.Name}", classifier, chosen.Settings.Options(chosen.Epochs, seed), images);
            test = start.Inputs(context.Data.Whole.TestImages);
            result.Finish(history.Epochs, classifier.Score(test, context.Data.Whole.TestLabels));
            results.Keep(classifier, test);
        }
        catch
        {
            classifier.Dispose();
            test?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var start in starts.Values)
            start.Dispose();
        starts.Clear();
    }

    private Classifier Begin(FullCandidate candidate, FullStart start, int seed, LabelledImages images)
    {
        var plain = start.ToClassifier(Classes, seed, candidate.Settings.Dropout);
        if (!candidate.Settings.IsNormalized)
            return plain;
        using (plain)
            return plain.WithBatchNormalization(images.Images);
    }

    private LabelledImages Images(FullStart start)
    {
        using var whole = context.Data.Whole.Train();
        return new(start.Inputs(whole.Images), whole.Labels.alias().DetachFromDisposeScope());
    }
}
