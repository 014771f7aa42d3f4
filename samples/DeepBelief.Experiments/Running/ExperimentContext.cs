using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;
using Tensor = TorchSharp.torch.Tensor;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepBelief.Experiments.Running;

/// <summary>What an experiment works with.</summary>
internal sealed class ExperimentContext(
    ExperimentOptions options, MnistData data, RunOutput output, PretrainingStore store, CancellationToken cancellationToken)
{
    private readonly List<Stage> stages = [];
    private readonly HashSet<string> written = [];

    public ExperimentOptions Options => options;

    public MnistData Data => data;

    public RunOutput Output => output;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Keeps finished pre-training.</summary>
    public PretrainingStore Store => store;

    /// <summary>What was trained so far, and how long it took.</summary>
    public IReadOnlyList<Stage> Stages => stages;

    /// <summary>Adds training that was not done by <see cref="Pretrain(PretrainingPlan)"/> or <see cref="Train"/>.</summary>
    public void Record(Stage stage) => stages.Add(stage);

    /// <summary>
    /// Pre-trains, or takes the result of an earlier run with the same settings; the same bits either way. The caller owns
    /// the result.
    /// </summary>
    public PretrainedDbn Pretrain(PretrainingPlan plan)
    {
        var result = store.Train(plan, cancellationToken);
        Record(Stage.Of(plan, result));
        return result;
    }

    /// <inheritdoc cref="Pretrain(PretrainingPlan)"/>
    public Trained<Dbm, TrainingHistory<EpochMetrics>> Pretrain(MachinePlan plan)
    {
        var result = store.Train(
            plan.Title,
            folder => folder.FileOf(plan.Name, plan.Options.Seed, options.TorchDevice(), plan.Identity),
            () => plan.Create(options.TorchDevice()),
            (dbm, checkpoint, progress) =>
            {
                var training = plan.Options with { Checkpoint = checkpoint };
                return plan.Batches is { } batches
                    ? dbm.Fit(batches, training, progress: progress, cancellationToken: cancellationToken)
                    : dbm.Fit(plan.Images, training, progress: progress, cancellationToken: cancellationToken);
            },
            history => history.Last.Elapsed);
        Record(plan.ToStage(result));
        return result;
    }

    /// <summary>
    /// Fine-tunes a network in place, and scores it on other images, where there are any, after every epoch; never on the
    /// test images.
    /// </summary>
    /// <param name="title">What it is.</param>
    /// <param name="network">The network.</param>
    /// <param name="training">How to train.</param>
    /// <param name="images">What to learn from.</param>
    /// <param name="validation">What to score on; null: the training images alone.</param>
    /// <param name="repetition">Which of several with the same settings, such as <c>draw 2</c>.</param>
    /// <param name="start">The network's weights as far as the title does not say it.</param>
    /// <param name="unlabelled">More images to learn from, without labels; null: none.</param>
    public TrainingHistory<ClassifierMetrics> Train(
        string title,
        Network network,
        ClassifierTrainingOptions training,
        LabelledImages images,
        LabelledImages? validation = null,
        string? repetition = null,
        string? start = null,
        Tensor? unlabelled = null)
    {
        var whole = repetition is null ? title : $"{title}, {repetition}";
        var history = output.Stage(whole, progress => ClassifierTraining.FitClassifier(
            network, images.Images, images.Labels, training, validation is null ? null : (validation.Images, validation.Labels), progress, unlabelled: unlabelled, cancellationToken: cancellationToken));
        Record(Stage.Of(whole, network, training, Math.Max(images.Count, unlabelled?.shape[0] ?? 0), history, title, start));
        return history;
    }

    /// <summary>Prints and writes what was found, a file once: what was published while the run went on is not repeated at its end.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Publish(Finding finding)
    {
        if (finding.CsvFile is { } name && !written.Add(name))
            return;
        if (finding.Shown is { } table)
            output.Result(table);
        foreach (var line in finding.Lines)
            output.Result(line);
        if (options.OutputFolder is { } folder && finding is { CsvFile: { } file, Csv: { } csv })
            output.Note($"Written to {CsvTable.Write(folder, options.Images == ImageSet.Mnist ? file : $"{CommandLine.Lower(options.Images)}_{file}", csv)}");
    }
}
