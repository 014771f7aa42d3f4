using DeepBelief.Training;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepBelief.Samples.Reporting.Runs;

/// <summary>A piece of training: how long it took, and with which settings.</summary>
/// <param name="Title">What it was, as printed.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Time">Training time; that of the run that did it where finished pre-training was used again.</param>
/// <param name="Rows">Rows trained on, counted once an epoch.</param>
/// <param name="Reused">Whether it was done by an earlier run.</param>
public sealed record Stage(string Title, int Seed, TimeSpan Time, long Rows, bool Reused = false)
{
    /// <summary>Of what was trained in it, such as the layers of a network.</summary>
    public IReadOnlyList<StageSettings> Settings { get; init; } = [];

    public double RowsPerSecond => Rows / Time.TotalSeconds;

    /// <summary>Pre-training.</summary>
    public static Stage Of(PretrainingPlan plan, PretrainedDbn result)
    {
        var title = $"{plan.Title}: pre-training";
        var epochs = result.Histories.Sum(history => history.Epochs.Count);
        return new(title, (int)plan.Options.Seed, result.Time, plan.Images.shape[0] * epochs, result.Reused)
        {
            Settings = [.. StageSettings.Of(title, plan)],
        };
    }

    /// <summary>The training of a classifier.</summary>
    /// <param name="title">What it was, as printed.</param>
    /// <param name="network">What was trained.</param>
    /// <param name="training">How.</param>
    /// <param name="images">How many images.</param>
    /// <param name="history">What came of it.</param>
    /// <param name="name">What repetitions have in common; null: the title.</param>
    /// <param name="start">The network's weights as far as the title does not say it.</param>
    public static Stage Of(
        string title,
        Network network,
        ClassifierTrainingOptions training,
        long images,
        TrainingHistory<ClassifierMetrics> history,
        string? name = null,
        string? start = null)
        => new(title, (int)training.Seed, history.Last.Elapsed, images * history.Epochs.Count)
        {
            Settings = [StageSettings.Of(name ?? title, network, training, images, start)],
        };
}
