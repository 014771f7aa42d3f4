using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Output;
using DeepBelief.Samples.Mnist.Pretraining;
using DeepBelief.Training;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>What an experiment works with.</summary>
internal sealed class ExperimentContext(
    MnistOptions options, MnistData data, RunOutput output, PretrainingStore store, CancellationToken cancellationToken)
{
    private readonly List<StageTime> stages = [];

    public MnistOptions Options => options;

    public MnistData Data => data;

    public RunOutput Output => output;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>What was trained so far, and how long it took.</summary>
    public IReadOnlyList<StageTime> Stages => stages;

    /// <summary>
    /// Adds training that was not done by <see cref="Pretrain"/>, <see cref="FineTune"/> or <see cref="Train"/>; with
    /// <see cref="StageTime.Settings"/>, so that the report can name them.
    /// </summary>
    public void Record(StageTime stage) => stages.Add(stage);

    /// <summary>
    /// Pre-trains, or takes the result of an earlier run with the same settings; the same bits either way. The caller owns
    /// the result.
    /// </summary>
    public PretrainedDbn Pretrain(PretrainingPlan plan)
    {
        var result = store.Train(plan, cancellationToken);
        var epochs = result.Histories.Sum(history => history.Epochs.Count);
        var title = $"{plan.Title}: pre-training";
        stages.Add(new StageTime(title, (int)plan.Options.Seed, result.Time, plan.Images.shape[0] * epochs, result.Reused)
        {
            Settings = [.. StageSettings.Of(title, plan)],
        });
        return result;
    }

    /// <summary>Fine-tunes a network in place, and scores it on the training and test images after every epoch.</summary>
    public TrainingHistory<ClassifierMetrics> FineTune(string title, Network network, ClassifierTrainingOptions training, MnistSplit split)
    {
        title = $"{title}: fine-tuning";
        var history = output.Stage(title, progress => ClassifierTraining.FitClassifier(
            network,
            split.TrainImages, split.TrainLabels, training, (split.TestImages, split.TestLabels), progress, cancellationToken));
        Add(title, title, network, training, split.TrainImages.shape[0], history);
        return history;
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
    public TrainingHistory<ClassifierMetrics> Train(
        string title,
        Network network,
        ClassifierTrainingOptions training,
        LabelledImages images,
        LabelledImages? validation = null,
        string? repetition = null,
        string? start = null)
    {
        var whole = repetition is null ? title : $"{title}, {repetition}";
        var history = output.Stage(whole, progress => ClassifierTraining.FitClassifier(
            network,
            images.Images, images.Labels, training, validation is null ? null : (validation.Images, validation.Labels), progress, cancellationToken));
        Add(whole, title, network, training, images.Count, history, start);
        return history;
    }

    private void Add(
        string title, string name, Network network, ClassifierTrainingOptions training, long images, TrainingHistory<ClassifierMetrics> history, string? start = null)
        => stages.Add(new StageTime(title, (int)training.Seed, history.Last.Elapsed, images * history.Epochs.Count)
        {
            Settings = [StageSettings.Of(name, network, training, images, start)],
        });
}
