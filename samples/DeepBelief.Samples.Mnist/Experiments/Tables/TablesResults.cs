namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>The tables, as far as they are finished, and the models of the first seed.</summary>
internal sealed class TablesResults : ExperimentResults
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

    public override object ToJson() => new { Tables = Tables.Select(TableJson.Of) };

    public override void Dispose() => Models.Dispose();
}
