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
    /// Pre-trains, or takes the result of an earlier run with the same settings; the same bits either way. The caller owns
    /// the result.
    /// </summary>
    public PretrainedDbn Pretrain(PretrainingPlan plan)
    {
        var result = store.Train(plan, cancellationToken);
        var epochs = result.Histories.Sum(history => history.Epochs.Count);
        stages.Add(new StageTime($"{plan.Title}: pre-training", (int)plan.Options.Seed, result.Time, plan.Images.shape[0] * epochs, result.Reused));
        return result;
    }

    /// <summary>Fine-tunes a network in place, and scores it on the training and test images after every epoch.</summary>
    public History<ClassifierMetrics> FineTune(string title, Network network, ClassifierTrainingOptions training, MnistSplit split)
    {
        var history = output.Stage($"{title}: fine-tuning", progress => network.FitClassifier(
            split.TrainImages, split.TrainLabels, training, split.TestImages, split.TestLabels, progress, cancellationToken));
        stages.Add(new StageTime($"{title}: fine-tuning", (int)training.Seed, history.Last.Elapsed, split.TrainImages.shape[0] * history.Epochs.Count));
        return history;
    }
}
