using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>A table of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Epochs">Fine-tuning, epoch by epoch.</param>
/// <param name="Pretraining">Pre-training, for each layer, epoch by epoch; null for random weights.</param>
internal sealed record SeedResult(int Seed, IReadOnlyList<EpochResult> Epochs, IReadOnlyList<TrainingHistory<EpochMetrics>>? Pretraining);

/// <summary>A table, as far as its seeds are finished.</summary>
internal sealed class TableResult(TableKind kind)
{
    private readonly List<SeedResult> seeds = [];

    public TableKind Kind => kind;

    /// <summary>At least one.</summary>
    public IReadOnlyList<SeedResult> Seeds => seeds;

    /// <summary>Mean and standard deviation over the seeds, epoch by epoch.</summary>
    public IEnumerable<EpochStatistics> Epochs
        => Enumerable.Range(0, seeds[0].Epochs.Count).Select(i => EpochStatistics.Of([.. seeds.Select(seed => seed.Epochs[i])]));

    public void Add(SeedResult seed) => seeds.Add(seed);
}
