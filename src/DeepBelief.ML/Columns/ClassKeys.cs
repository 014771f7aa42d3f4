using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DeepBelief.ML;

/// <summary>The numbers of classes and their keys, as a view that ML.NET looks keys up in.</summary>
internal static class ClassKeys
{
    /// <summary>The annotation that has the values which keys stand for.</summary>
    public const string Names = "KeyValues";

    private static readonly MethodInfo AddMethod = typeof(ClassKeys).GetMethod(nameof(Add), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Returns the view, with the columns <c>Key</c> and <c>Value</c>.</summary>
    /// <param name="parts">Makes the view.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="itemType">The type of the values that the keys stand for; null if they stand for none.</param>
    /// <param name="annotations">The annotations of the label, which have these values; null takes empty values.</param>
    public static IDataView View(MLContext parts, int classes, DataViewType? itemType, DataViewSchema.Annotations? annotations)
    {
        var definition = SchemaDefinition.Create(typeof(Entry));
        var column = definition[nameof(Entry.Value)];
        column.ColumnType = new KeyDataViewType(typeof(uint), classes);
        if (itemType is not null)
            _ = AddMethod.MakeGenericMethod(itemType.RawType).Invoke(null, [column, classes, itemType, annotations]);
        // ML.NET counts the keys of objects from 0.
        return parts.Data.LoadFromEnumerable(Enumerable.Range(0, classes).Select(i => new Entry { Key = i, Value = (uint)i }), definition);
    }

    private static void Add<T>(SchemaDefinition.Column column, int classes, DataViewType itemType, DataViewSchema.Annotations? annotations)
    {
        var values = new VBuffer<T>(classes, new T[classes]);
        annotations?.GetValue(Names, ref values);
        column.AddAnnotation(Names, values, new VectorDataViewType((PrimitiveDataViewType)itemType, classes));
    }

    private sealed class Entry
    {
        public int Key { get; set; }

        public uint Value { get; set; }
    }
}
