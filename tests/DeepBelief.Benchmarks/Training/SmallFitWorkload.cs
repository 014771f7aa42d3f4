using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// The first thing that a user tries: 1,000 rows of bits, five epochs by default options or by plain ones, from
/// making the model to the return of <c>Fit</c>, against the products that its updates can't do without.
/// </summary>
internal sealed class SmallFitWorkload(string name, int visible, int hidden) : Workload(name, RowCount, RowCount)
{
    public const int RowCount = 1_000;

    // What a run chooses for so many rows; a test compares.
    public const int Batch = 50;
    public const int Chains = 100;

    private Tensor? rows;

    /// <summary>True: by contrastive divergence, neither centered nor averaged.</summary>
    public bool Plain { get; init; }

    public override int? EpochsOfWholeFit => 5;

    /// <summary>The options, but for the number of epochs.</summary>
    public TrainingOptions Options => Plain ? new() { NegativePhase = new ContrastiveDivergence(), Centering = null, Averaging = 0 } : new();

    public override CeilingProducts Ceiling() => new(Batch, visible, hidden, steps: 1, Plain ? Batch : Chains);

    public override void Fit(bool quick, int epochs, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        // Once: the data are there before the user calls.
        rows ??= torch.empty(RowCount, visible).bernoulli_(0.2).DetachFromDisposeScope();
        using var rbm = Rbm.Bernoulli(visible, hidden);
        rbm.Fit(rows, Options with { Epochs = epochs }, progress: progress, cancellationToken: cancellationToken);
    }
}
