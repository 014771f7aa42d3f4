using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;

namespace DeepBelief.Experiments.ClassificationRbms;

/// <summary>An RBM that is itself a classifier, trained in the three ways of Larochelle and Bengio 2008.</summary>
internal sealed class ClassificationRbmExperiment : Experiment<ClassificationRbmResults>
{
    public override string Name => "classification-rbm";

    public override string Description => "one RBM over images and labels: generative, discriminative and hybrid training";

    public ClassificationRbmRecipe Recipe { get; init; } = ClassificationRbmRecipe.Default;

    protected override void Fill(ExperimentContext context, ClassificationRbmResults results)
    {
        foreach (var seed in context.Options.Seeds)
            new ClassificationRbmRun(context, Recipe, seed).Run(results);
    }
}

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
            var machine = ClassificationRbm.Bernoulli(all.Images.shape[1], settings.Hidden, Digits, settings.Weights, seed, all.Images.device);
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
                training.Images, training.Labels, phase with { Seed = seed }, (validation.Images, validation.Labels), progress: progress, cancellationToken: context.CancellationToken));
            context.Record(new Stage(title, seed, history.Last.Elapsed, training.Count * history.Epochs.Count)
            {
                Settings = [StageSettings.Of(title, phase, FormattableString.Invariant($"{training.Count:N0} images"), FormattableString.Invariant($"{settings.Hidden} hidden units"))],
            });
            var (count, time) = epochs is [.., var last] ? (last.Epoch, last.Elapsed) : (0, TimeSpan.Zero);
            epochs.AddRange(history.Epochs.Select(epoch => epoch with { Epoch = count + epoch.Epoch, Elapsed = time + epoch.Elapsed }));
        }

        return epochs;
    }
}
