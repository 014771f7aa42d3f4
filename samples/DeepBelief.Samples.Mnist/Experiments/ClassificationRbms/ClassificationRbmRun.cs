using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>Trains the machines of one seed. The last of the training images are for validation only; the test images are looked at once a machine.</summary>
internal sealed class ClassificationRbmRun(ExperimentContext context, ClassificationRbmRecipe recipe, int seed)
{
    private const long Digits = 10;

    /// <summary>Adds what is finished as it goes.</summary>
    public void Run(ClassificationRbmResults results)
    {
        using var all = context.Data.Whole.Train();
        using var training = all.Part(0, all.Count - recipe.ValidationRows);
        using var validation = all.Part(training.Count, recipe.ValidationRows);
        foreach (var settings in recipe.Models)
        {
            var machine = ClassificationRbm.Bernoulli(all.Images.shape[1], settings.Hidden, Digits, settings.Weights, seed, context.Options.TorchDevice());
            try
            {
                var epochs = Train(machine, settings, training, validation);
                results.Add(new(seed, settings, epochs, machine.Score(context.Data.Whole.TestImages, context.Data.Whole.TestLabels)), machine);
            }
            catch
            {
                machine.Dispose();
                throw;
            }
        }
    }

    private List<ClassifierMetrics> Train(
        ClassificationRbm machine, ClassificationRbmSettings settings, LabelledImages training, LabelledImages validation)
    {
        var epochs = new List<ClassifierMetrics>();
        foreach (var (i, phase) in settings.Phases.Index())
        {
            var title = settings.Phases.Count == 1 ? settings.Title : $"{settings.Title}, phase {i + 1} of {settings.Phases.Count}";
            var history = context.Output.Stage(title, progress => machine.Fit(
                training.Images, training.Labels, phase with { Seed = seed }, (validation.Images, validation.Labels), progress, context.CancellationToken));
            context.Record(new StageTime(title, seed, history.Last.Elapsed, training.Count * history.Epochs.Count)
            {
                Settings = [StageSettings.Of(title, phase, FormattableString.Invariant($"{training.Count:N0} images"), FormattableString.Invariant($"{settings.Hidden} hidden units"))],
            });
            var (count, time) = epochs is [.., var last] ? (last.Epoch, last.Elapsed) : (0, TimeSpan.Zero);
            epochs.AddRange(history.Epochs.Select(epoch => epoch with { Epoch = count + epoch.Epoch, Elapsed = time + epoch.Elapsed }));
        }

        return epochs;
    }
}
