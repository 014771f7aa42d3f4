using DeepBelief.Files;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp;

namespace DeepBelief.Experiments.Pretraining;

/// <summary>
/// Pre-trains, and keeps what comes out, also of a run that was ended half-way: the next one with the same settings goes on
/// from there, and ends with the same bits.
/// </summary>
internal sealed class PretrainingStore(ExperimentOptions options, RunOutput output)
{
    private readonly CheckpointFolder? folder = options.CheckpointFolder is { } path ? new CheckpointFolder(path) { Images = options.Images } : null;

    /// <summary>Pre-trains, or takes what is there.</summary>
    public PretrainedDbn Train(PretrainingPlan plan, CancellationToken cancellationToken)
    {
        // Early stopping would look at them.
        if ((plan.Options.Layers ?? [plan.Options]).Any(layer => layer.Patience is not null))
            plan = plan with { HeldOut = null };
        var trained = Train(
            $"{plan.Title}: pre-training",
            kept => kept.FileOf(plan, options.TorchDevice()),
            () => Create(plan),
            (dbn, checkpoint, progress) =>
            {
                var training = plan.Options with { Checkpoint = checkpoint };
                return plan.Batches is { } batches
                    ? dbn.Fit(batches, training, progress: progress, cancellationToken: cancellationToken)
                    : dbn.Fit(plan.Images, training, plan.HeldOut, progress, cancellationToken: cancellationToken);
            },
            histories => histories.Aggregate(TimeSpan.Zero, (sum, history) => sum + history.Last.Elapsed));
        return new PretrainedDbn(trained.Model, trained.History, trained.Start);
    }

    /// <summary>
    /// Trains a model with a checkpoint that the next run with the same file goes on from, if there is a folder for it. The
    /// caller owns the model.
    /// </summary>
    /// <param name="title">What it is, for the console.</param>
    /// <param name="fileOf">Names the file by all that determines what is trained.</param>
    /// <param name="create">Makes the untrained model; perhaps again, where what is kept can't be used.</param>
    /// <param name="fit">Trains it with a checkpoint, or without if that is null.</param>
    /// <param name="time">How long the training took, with that of earlier runs.</param>
    public Trained<TModel, THistory> Train<TModel, THistory>(
        string title,
        Func<CheckpointFolder, string> fileOf,
        Func<TModel> create,
        Func<TModel, CheckpointOptions?, IProgress<TrainingProgress>, THistory> fit,
        Func<THistory, TimeSpan> time)
        where TModel : IDisposable
        => Keep(fileOf, checkpoint =>
        {
            var model = create();
            try
            {
                return output.Stage(
                    title,
                    progress =>
                    {
                        var first = new FirstReport(progress);
                        var history = fit(model, checkpoint, first);
                        return new Trained<TModel, THistory>(model, history, time(history), first.Start);
                    },
                    Ending);
            }
            catch
            {
                model.Dispose();
                throw;
            }
        });

    private TResult Keep<TResult>(Func<CheckpointFolder, string> fileOf, Func<CheckpointOptions?, TResult> train)
    {
        if (folder is null)
            return train(null);

        var file = fileOf(folder);
        using var mine = Lock(folder, file);
        var checkpoint = mine is null ? null : new CheckpointOptions { Path = file, Resume = !options.Fresh };
        while (true)
        {
            try
            {
                var result = train(checkpoint);
                if (checkpoint is not null)
                    folder.Used(file);
                return result;
            }
            catch (Exception e) when (checkpoint is { Resume: true } && e is DataFormatException or CheckpointMismatchException)
            {
                output.Warn($"What is kept of an earlier run can't be used, so training starts afresh: {e.Message}");
                checkpoint = checkpoint with { Resume = false };
            }
            catch (Exception e) when (checkpoint is not null && e is IOException or UnauthorizedAccessException)
            {
                output.Warn($"Training can't be kept, so it starts afresh without: {e.Message}");
                checkpoint = null;
            }
        }
    }

    private FileStream? Lock(CheckpointFolder kept, string file)
    {
        try
        {
            var mine = kept.Lock(file);
            if (mine is null)
                output.Warn($"Another process uses {file}, so this training is not kept.");
            return mine;
        }
        catch (IOException e)
        {
            output.Warn($"Training is not kept: {e.Message}");
            return null;
        }
    }

    private Dbn Create(PretrainingPlan plan)
    {
        var (seed, device) = (plan.Options.Seed, options.TorchDevice());
        if (!plan.HasLinearCode)
            return Dbn.Bernoulli(plan.Sizes, plan.Weights, seed, device);
        var top = plan.Sizes.Count - 2;
        return new Dbn(Enumerable.Range(0, top + 1).Select(i => new Rbm(
            new BernoulliUnits(plan.Sizes[i]),
            i == top ? new GaussianUnits(plan.Sizes[i + 1]) : new BernoulliUnits(plan.Sizes[i + 1]),
            plan.Weights,
            seed + i))).to(device);
    }

    private static string? Ending<TModel, THistory>(Trained<TModel, THistory> result) => result switch
    {
        { Start: null } => FormattableString.Invariant($"used again; {result.Time.TotalSeconds:F1} s when it was done (--fresh does it anew)"),
        { Start: (1, 1) } => null,
        { Start: var (layer, epoch) } => FormattableString.Invariant($"went on with epoch {epoch} of layer {layer}; {result.Time.TotalSeconds:F1} s in all"),
    };

    /// <summary>Passes reports on, and remembers where training began; a run that finds all of it done reports nothing.</summary>
    private sealed class FirstReport(IProgress<TrainingProgress> target) : IProgress<TrainingProgress>
    {
        public (int Layer, int Epoch)? Start { get; private set; }

        public void Report(TrainingProgress value)
        {
            Start ??= (value.Layer, value.Epoch);
            target.Report(value);
        }
    }
}

/// <summary>A trained model, and how the training went.</summary>
/// <param name="Model">The model, which the caller owns.</param>
/// <param name="History">Epoch by epoch.</param>
/// <param name="Time">Training time, with that of earlier runs.</param>
/// <param name="Start">Layer and epoch, from 1, with which this run began; null if earlier ones had done everything.</param>
internal sealed record Trained<TModel, THistory>(TModel Model, THistory History, TimeSpan Time, (int Layer, int Epoch)? Start)
{
    /// <summary>Whether earlier runs had done all of the training.</summary>
    public bool Reused => Start is null;
}
