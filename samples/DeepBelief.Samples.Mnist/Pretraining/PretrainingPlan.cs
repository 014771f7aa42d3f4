using DeepBelief.Data;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Pretraining;

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
internal sealed record PretrainingPlan(
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

    /// <summary>What <see cref="Batches"/> make of the rows, for the report.</summary>
    public string? Making { get; init; }
}
