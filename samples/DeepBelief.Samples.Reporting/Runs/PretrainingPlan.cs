using DeepBelief.Data;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Runs;

/// <summary>What to pre-train, and how: a DBN of binary units, or an RBM, which is a DBN of one layer.</summary>
/// <param name="Title">For the console, such as <c>RBM 784-2500-10 with pre-training</c>.</param>
/// <param name="Name">For the checkpoint's file name: letters, digits and hyphens.</param>
/// <param name="Sizes">Of the layers, visible first.</param>
/// <param name="Weights">How they are drawn, with the seed of <paramref name="Options"/>.</param>
/// <param name="Options">How to train; without a checkpoint.</param>
/// <param name="Images">Training rows.</param>
/// <param name="HeldOut">
/// Rows that are only evaluated, for the free-energy gap; null: none. Not used where <paramref name="Options"/> ask for early
/// stopping, which would then look at them.
/// </param>
public sealed record PretrainingPlan(
    string Title,
    string Name,
    IReadOnlyList<long> Sizes,
    WeightInitialization Weights,
    DbnTrainingOptions Options,
    torch.Tensor Images,
    torch.Tensor? HeldOut = null)
{
    /// <summary>Batches that are made of the training rows, in place of the rows themselves; null: none.</summary>
    public IBatchSource? Batches { get; init; }

    /// <summary>Whether the top layer's hidden units are Gaussian: the linear code of an autoencoder.</summary>
    public bool HasLinearCode { get; init; }

    /// <summary>What the rows are or <see cref="Batches"/> make of them, for the report; null: images.</summary>
    public string? Making { get; init; }
}

/// <summary>A pre-trained network, which it owns, and how the training went.</summary>
/// <param name="Dbn">The network; one of one layer for an RBM.</param>
/// <param name="Histories">For each layer, epoch by epoch.</param>
/// <param name="Start">Layer and epoch, from 1, with which this run began; null if earlier ones had done everything.</param>
public sealed record PretrainedDbn(Dbn Dbn, IReadOnlyList<TrainingHistory<EpochMetrics>> Histories, (int Layer, int Epoch)? Start) : IDisposable
{
    /// <summary>Whether earlier runs had done all of the training.</summary>
    public bool Reused => Start is null;

    /// <summary>Training time of all layers, with that of earlier runs.</summary>
    public TimeSpan Time => Histories.Aggregate(TimeSpan.Zero, (sum, history) => sum + history.Last.Elapsed);

    public void Dispose() => Dbn.Dispose();
}
