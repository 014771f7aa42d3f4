using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// The first thing that a user tries: 1,000 rows of bits, five epochs by <c>new TrainingOptions()</c> but for their number, from
/// making the model to the return of <c>Fit</c>, against the products that its updates can't do without.
/// </summary>
internal sealed class SmallFitWorkload(string name, int visible, int hidden) : Workload(name, RowCount, RowCount)
{
    public const int RowCount = 1_000;

    // What a run chooses for so many rows; a test compares.
    public const int Batch = 50;
    public const int Chains = 100;

    private Tensor? rows;

    public override int? EpochsOfWholeFit => 5;

    public override CeilingProducts Ceiling() => new(Batch, visible, hidden, steps: 1, Chains);

    public override void Fit(bool quick, int epochs, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        // Once: the data are there before the user calls.
        rows ??= torch.empty(RowCount, visible).bernoulli_(0.2).DetachFromDisposeScope();
        using var rbm = Rbm.Bernoulli(visible, hidden);
        rbm.Fit(rows, new() { Epochs = epochs }, progress: progress, cancellationToken: cancellationToken);
    }
}
