using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// <c>Rbm.Fit</c> by <c>new TrainingOptions()</c>, on the bits of <see cref="RbmWorkload"/>: what a user gets who sets nothing, against
/// the bare update.
/// </summary>
internal sealed class DefaultsWorkload(string name, int rows, int quickRows) : Workload(name, rows, quickRows)
{
    private const int Visible = 784;
    private const int Hidden = 500;

    public override string Rival => Workloads.Cd1;

    public override void Fit(bool quick, int epochs, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        using var data = torch.empty(Rows(quick), Visible).bernoulli_(0.2);
        using var rbm = Rbm.Bernoulli(Visible, Hidden);
        rbm.Fit(data, new() { Epochs = epochs }, progress: progress, cancellationToken: cancellationToken);
    }
}
