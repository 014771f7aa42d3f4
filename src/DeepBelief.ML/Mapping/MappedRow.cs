using Microsoft.ML.Data;

namespace DeepBelief.ML;

/// <summary>What a row's mapping takes. The names of columns are part of saved pipelines.</summary>
internal sealed class MappedRow
{
    public const string ValuesColumn = "DeepBelief.Values";
    public const string ModelColumn = "DeepBelief.Model";

    [ColumnName(ValuesColumn)]
    [VectorType]
    public float[] Values { get; set; } = [];

    // As text, which is handed on by reference where bytes would be copied for every row.
    [ColumnName(ModelColumn)]
    public ReadOnlyMemory<char> Model { get; set; }
}

/// <summary>A row of no columns.</summary>
internal sealed class NoColumns;

/// <summary>The key of the model, the same in every row.</summary>
internal sealed class MappedKey
{
    public const string Column = "DeepBelief.Key";
    public const int OfModel = 1;

    [ColumnName(Column)]
    public int Key { get; set; }
}
