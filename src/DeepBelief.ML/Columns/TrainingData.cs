using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DeepBelief.ML;

/// <summary>The rows of a view in memory, with their labels and weights; its tensors are in the caller's dispose scope.</summary>
internal sealed class TrainingData
{
    // 16 MB, or one row of more.
    private const int ValuesAtOnce = 1 << 22;

    private readonly List<long> labels = [];
    private Tensor? rows;
    private Tensor? weights;

    private TrainingData(int width, int classes) => (Width, Classes) = (width, classes);

    /// <summary>Number of values in a row.</summary>
    public int Width { get; }

    /// <summary>Number of classes; 0 without labels.</summary>
    public int Classes { get; }

    /// <summary>Reads the columns of a view, once; without rows if only their width is wanted.</summary>
    public static TrainingData Read(IDataView input, InputColumns columns, bool needsRows)
    {
        var features = input.Schema[columns.Features];
        DataViewSchema.Column? label = columns.Label is { } name ? input.Schema[name] : null;
        DataViewSchema.Column? weight = columns.Weight is { } its ? input.Schema[its] : null;
        var data = new TrainingData(((VectorDataViewType)features.Type).Size, label is { } key ? checked((int)((KeyDataViewType)key.Type).Count) : 0);
        if (needsRows)
            data.Read(input, features, label, weight);
        return data;
    }

    /// <summary>The rows, in the type and on the device of a model.</summary>
    public Tensor RowsOf(torch.nn.Module model) => Like(rows!, model);

    /// <summary>The weights of the rows, in the type and on the device of a model; null for none.</summary>
    public Tensor? WeightsOf(torch.nn.Module model) => weights is null ? null : Like(weights, model);

    /// <summary>The numbers of the rows with a label and their classes, <c>int64</c>, on the device of a model.</summary>
    public (Tensor Rows, Tensor Labels) LabelsOf(torch.nn.Module model)
    {
        var device = model.parameters().First().device;
        var known = labels.Index().Where(label => label.Item >= 0).ToList();
        return known.Count > 0
            ? (torch.tensor(known.Select(label => (long)label.Index).ToArray(), ScalarType.Int64, device), torch.tensor(known.Select(label => label.Item).ToArray(), ScalarType.Int64, device))
            : throw new ArgumentException("Expected at least one row with a label, found none.");
    }

    private static Tensor Like(Tensor values, torch.nn.Module model)
    {
        var parameter = model.parameters().First();
        return values.to(parameter.dtype, parameter.device);
    }

    private void Read(IDataView input, DataViewSchema.Column features, DataViewSchema.Column? label, DataViewSchema.Column? weight)
    {
        var blocks = new List<Tensor>();
        var rowsAtOnce = Math.Max(1, ValuesAtOnce / Width);
        var block = new float[rowsAtOnce * Width];
        var ofWeights = new List<float>();
        VBuffer<float> row = default;
        uint key = 0;
        var value = 0f;
        var count = 0L;
        DataViewSchema.Column?[] wanted = [features, label, weight];
        using (var cursor = input.GetRowCursor(wanted.OfType<DataViewSchema.Column>()))
        {
            var getRow = cursor.GetGetter<VBuffer<float>>(features);
            var getKey = label is { } column ? cursor.GetGetter<uint>(column) : null;
            var getWeight = weight is { } its ? cursor.GetGetter<float>(its) : null;
            for (; cursor.MoveNext(); count++)
            {
                getRow(ref row);
                var at = (int)(count % rowsAtOnce);
                var target = block.AsSpan(at * Width, Width);
                row.CopyTo(target);
                if (target.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                    throw NotFinite(features.Name, count, nameof(input));
                if (at == rowsAtOnce - 1)
                    blocks.Add(Block(block, rowsAtOnce));
                if (getKey is not null)
                {
                    getKey(ref key);
                    labels.Add(key - 1L);
                }

                if (getWeight is not null)
                {
                    getWeight(ref value);
                    ofWeights.Add(value);
                }
            }
        }

        if (count == 0)
            throw new ArgumentException("Expected at least one row, found an empty view.", nameof(input));
        if (count % rowsAtOnce is > 0 and var left)
            blocks.Add(Block(block, (int)left));
        rows = blocks is [var only] ? only : torch.cat(blocks, 0);
        if (blocks.Count > 1)
            blocks.ForEach(part => part.Dispose());
        weights = weight is null ? null : torch.tensor(ofWeights.ToArray(), ScalarType.Float32, torch.CPU);
    }

    private Tensor Block(float[] values, int count) => torch.tensor(values[..(count * Width)], [count, Width], ScalarType.Float32, torch.CPU);

    private static ArgumentException NotFinite(string column, long row, string parameter) => new(
        string.Create(CultureInfo.InvariantCulture, $"Expected finite numbers in column '{column}', found NaN or infinity in row {row}, counted from 0. Transforms.ReplaceMissingValues fills missing values."),
        parameter);
}
