using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;

namespace DeepBelief.Samples.Reporting.Comparison;

/// <summary>A table of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Epochs">Fine-tuning, epoch by epoch.</param>
/// <param name="Pretraining">Pre-training, for each layer, epoch by epoch; null for random weights.</param>
public sealed record SeedResult(int Seed, IReadOnlyList<EpochResult> Epochs, IReadOnlyList<TrainingHistory<EpochMetrics>>? Pretraining);

/// <summary>One row of a table over several seeds.</summary>
public sealed record EpochStatistics(int Epoch, Statistics TestLoss, Statistics TrainLoss, Statistics TestAccuracy, Statistics TrainAccuracy);

/// <summary>A table, as far as its seeds are finished.</summary>
public sealed class TableResult(TableKind kind)
{
    private readonly List<SeedResult> seeds = [];

    public TableDefinition Definition { get; } = TableDefinition.Of(kind);

    public TableKind Kind => kind;

    /// <summary>At least one.</summary>
    public IReadOnlyList<SeedResult> Seeds => seeds;

    /// <summary>Title, and how many seeds the figures are of.</summary>
    public string Title => seeds.Count > 1 ? $"{Definition.Title}, mean ± standard deviation of {seeds.Count} seeds" : Definition.Title;

    /// <summary>Mean and standard deviation over the seeds, epoch by epoch.</summary>
    public IEnumerable<EpochStatistics> Epochs => seeds[0].Epochs.Select((epoch, i) =>
    {
        return new EpochStatistics(
            epoch.Epoch, Over(row => row.TestLoss), Over(row => row.TrainLoss), Over(row => row.TestAccuracy), Over(row => row.TrainAccuracy));

        Statistics Over(Func<EpochResult, double> figure) => Statistics.Of([.. seeds.Select(seed => figure(seed.Epochs[i]))]);
    });

    public void Add(SeedResult seed) => seeds.Add(seed);

    /// <summary>For people, the original's test accuracy beside ours.</summary>
    public ResultTable ToTable()
    {
        var table = ResultTable.Of(
            Title,
            Epochs,
            new("epochs", row => row.Epoch),
            new("test loss", row => row.TestLoss),
            new("train loss", row => row.TrainLoss),
            new("test acc", row => row.TestAccuracy),
            new("train acc", row => row.TrainAccuracy),
            new("original test acc", row => Definition.OriginalAt(row.Epoch)?.TestAccuracy, Show.Fixed(4)));
        return table with { Note = Definition.Note };
    }

    /// <summary>For a CSV file with the original's columns; several seeds have a column of their own before these.</summary>
    public ResultTable ToCsv()
    {
        Column<(int Seed, EpochResult Epoch)>[] columns =
        [
            new("seed", row => row.Seed),
            new("epochs", row => row.Epoch.Epoch) { CsvFormat = "0.0" },
            new("test loss", row => row.Epoch.TestLoss),
            new("train loss", row => row.Epoch.TrainLoss),
            new("test acc", row => row.Epoch.TestAccuracy),
            new("train acc", row => row.Epoch.TrainAccuracy),
        ];
        return ResultTable.Of(Title, seeds.SelectMany(seed => seed.Epochs.Select(epoch => (seed.Seed, epoch))), seeds.Count > 1 ? columns : columns[1..]);
    }
}

/// <summary>The models of one seed, which it owns.</summary>
public sealed class TablesModels : IDisposable
{
    /// <summary>The pre-trained RBM 784-2500, before fine-tuning; null where no table needs it or the run did not get so far.</summary>
    public PretrainedDbn? Rbm { get; set; }

    /// <summary>The pre-trained DBN 784-512-128-64, before fine-tuning.</summary>
    public PretrainedDbn? Dbn { get; set; }

    /// <summary>The fine-tuned classifier of each finished table; gives logits.</summary>
    public Dictionary<TableKind, Classifier> Classifiers { get; } = [];

    public void Dispose()
    {
        Rbm?.Dispose();
        Dbn?.Dispose();
        foreach (var classifier in Classifiers.Values)
            classifier.Dispose();
    }
}

/// <summary>The tables, as far as they are finished, and the models of the first seed.</summary>
public class TableSet : IDisposable
{
    private readonly SortedDictionary<TableKind, TableResult> tables = [];

    /// <summary>Those of which at least one seed is finished, in the order of <see cref="TableKind"/>.</summary>
    public IReadOnlyCollection<TableResult> Tables => tables.Values;

    /// <summary>Models of the first seed.</summary>
    public TablesModels Models { get; } = new();

    /// <summary>A table; null if none of its seeds is finished.</summary>
    public TableResult? this[TableKind kind] => tables.GetValueOrDefault(kind);

    public void Add(TableKind kind, SeedResult seed)
    {
        if (!tables.TryGetValue(kind, out var table))
            tables[kind] = table = new TableResult(kind);
        table.Add(seed);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Models.Dispose();
}
