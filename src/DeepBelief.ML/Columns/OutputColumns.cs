using Microsoft.ML;
using Microsoft.ML.Data;

namespace DeepBelief.ML;

/// <summary>The columns that a transformer adds.</summary>
/// <param name="Vector">The column of a vector, such as features; null for none.</param>
/// <param name="Label">The column of the classes to predict; null if none are predicted.</param>
internal sealed record OutputColumns(string? Vector, string? Label)
{
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>A number and whether it is above a threshold.</summary>
    public static OutputColumns OfAnomalies { get; } = new(null, null);

    /// <summary>Features, in a column of the user's name.</summary>
    public static OutputColumns OfFeatures(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, "outputColumnName");
        return new(name, null);
    }

    /// <summary>The probability of each class, and the most probable one.</summary>
    public static OutputColumns OfClasses(string label) => new(Score, label);

    /// <summary>A view of the classes' numbers and their keys, which have the names that the label's keys have; null if no classes are predicted.</summary>
    public IDataView? Keys(MLContext parts, DataViewSchema schema)
    {
        if (Label is null)
            return null;
        var label = schema[Label];
        var names = label.Annotations.Schema.GetColumnOrNull(ClassKeys.Names)?.Type as VectorDataViewType;
        return ClassKeys.View(parts, (int)((KeyDataViewType)label.Type).Count, names?.ItemType, label.Annotations);
    }

    /// <summary>As <see cref="Keys(MLContext, DataViewSchema)"/>, where only the types of columns are known: of two classes.</summary>
    public IDataView? Keys(MLContext parts, SchemaShape shape)
    {
        if (Label is null)
            return null;
        var names = shape.First(column => column.Name == Label).Annotations.FirstOrDefault(annotation => annotation.Name == ClassKeys.Names);
        return ClassKeys.View(parts, 2, names.Name is null ? null : names.ItemType, annotations: null);
    }
}
