using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DeepBelief.ML;

/// <summary>The columns that a model learns from; refuses those of other types as ML.NET's own parts do.</summary>
/// <param name="Features">The column of the rows.</param>
/// <param name="Label">The column of the classes; null for none.</param>
/// <param name="Weight">The column of the rows' weights; null for none.</param>
internal sealed record InputColumns(string Features, string? Label = null, string? Weight = null)
{
    private const string Vector = "known-size vector of Single";
    private const string Key = "Key<UInt32>";
    private const string Single = "Single";

    public string Features { get; } = !string.IsNullOrEmpty(Features) ? Features : throw new ArgumentException("Expected the name of a column, found none.", nameof(Features));

    /// <summary>Throws if the shape of a schema lacks a column.</summary>
    public void Check(SchemaShape shape, [CallerArgumentExpression(nameof(shape))] string? parameter = null)
    {
        Check("feature", Features, Vector, column => column is { Kind: SchemaShape.Column.VectorKind.Vector, IsKey: false } && column.ItemType == NumberDataViewType.Single);
        if (Label is not null)
            Check("label", Label, Key, column => column is { Kind: SchemaShape.Column.VectorKind.Scalar, IsKey: true } && column.ItemType == NumberDataViewType.UInt32);
        if (Weight is not null)
            Check("weight", Weight, Single, column => column is { Kind: SchemaShape.Column.VectorKind.Scalar, IsKey: false } && column.ItemType == NumberDataViewType.Single);

        void Check(string role, string name, string expected, Func<SchemaShape.Column, bool> fits)
        {
            var column = shape.FirstOrDefault(column => column.Name == name);
            if (column.Name is null)
                throw Missing(role, name, parameter);
            if (!fits(column))
                throw Mismatch(role, name, parameter, expected, $"{(column.Kind == SchemaShape.Column.VectorKind.Scalar ? string.Empty : $"{column.Kind} of ")}{(column.IsKey ? "Key of " : string.Empty)}{column.ItemType}");
        }
    }

    /// <summary>Throws if a schema lacks a column.</summary>
    public void Check(DataViewSchema schema, [CallerArgumentExpression(nameof(schema))] string? parameter = null)
    {
        CheckFeatures(schema, width: null, parameter);
        if (Label is not null)
            Check(schema, parameter, "label", Label, Key, type => type is KeyDataViewType key && key.RawType == typeof(uint));
        if (Weight is not null)
            Check(schema, parameter, "weight", Weight, Single, type => type == NumberDataViewType.Single);
    }

    /// <summary>Throws if a schema lacks the column of the rows, or has it with another number of values.</summary>
    public void CheckFeatures(DataViewSchema schema, int? width, [CallerArgumentExpression(nameof(schema))] string? parameter = null)
        => Check(
            schema,
            parameter,
            "feature",
            Features,
            width is { } size ? string.Create(CultureInfo.InvariantCulture, $"Vector<Single, {size}>") : Vector,
            type => type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single && vector.Size == (width ?? vector.Size));

    private static void Check(DataViewSchema schema, string? parameter, string role, string name, string expected, Func<DataViewType, bool> fits)
    {
        var column = schema.GetColumnOrNull(name) ?? throw Missing(role, name, parameter);
        if (!fits(column.Type))
            throw Mismatch(role, name, parameter, expected, column.Type.ToString()!);
    }

    // What ML.NET throws for its own parts.
    private static ArgumentOutOfRangeException Missing(string role, string name, string? parameter) => new(parameter, $"Could not find {role} column '{name}'");

    private static ArgumentOutOfRangeException Mismatch(string role, string name, string? parameter, string expected, string found)
        => new(parameter, $"Schema mismatch for {role} column '{name}': expected {expected}, got {found}");
}
