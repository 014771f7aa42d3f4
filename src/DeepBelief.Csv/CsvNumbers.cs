using System.Globalization;
using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Data;

/// <summary>Tables of numbers as matrices, and matrices as tables.</summary>
internal static class CsvNumbers
{
    public static Tensor Tensor(CsvTable table, IEnumerable<string> missingMarkers)
    {
        if (table.Rows.Count == 0)
            throw new ArgumentException("Expected at least one row, found none.", nameof(table));
        HashSet<string> markers = [.. missingMarkers.Select(marker => marker.Trim())];
        var values = new float[table.Rows.Count, table.Names.Count];
        var others = table.Names.Select(_ => new List<(string Text, int Row)>()).ToList();
        foreach (var (r, row) in table.Rows.Index())
        {
            foreach (var (c, text) in row.Index())
            {
                if (string.IsNullOrWhiteSpace(text) || markers.Contains(text.Trim()))
                    values[r, c] = float.NaN;
                else if (!TryParse(text, out values[r, c]))
                    others[c].Add((text, r + 1));
            }
        }

        var faults = table.Names.Zip(others).Where(column => column.Second.Count > 0).Select(column => $"Column '{column.First}': expected numbers, found {OddValues.List(column.Second)}.").ToList();
        return faults.Count == 0
            ? torch.tensor(values, ScalarType.Float32, torch.CPU)
            : throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(table));
    }

    public static CsvTable Table(Tensor values, IReadOnlyList<string>? names)
    {
        Guard.Dense(values);
        if (values.dim() != 2)
            throw new ArgumentException($"Expected a tensor of shape [rows, columns], found {Shapes.Text(values)}.", nameof(values));
        if (values.is_complex())
            throw new ArgumentException($"Expected real numbers, found {values.dtype}.", nameof(values));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (rows, columns) = (checked((int)values.shape[0]), checked((int)values.shape[1]));
        var all = values.detach().cpu().contiguous();
        return new CsvTable(names ?? CsvReading.Names(columns), [.. Texts(all).Chunk(Math.Max(columns, 1)).Take(rows)]);
    }

    // The shortest texts from which the same numbers are read.
    private static IEnumerable<string?> Texts(Tensor values)
    {
        if (values.numel() == 0)
            return [];
        if (values.dtype == ScalarType.Float64)
            return [.. values.data<double>().Select(number => double.IsNaN(number) ? null : number.ToString(CultureInfo.InvariantCulture))];
        return values.is_floating_point()
            ? [.. values.to(ScalarType.Float32).data<float>().Select(number => float.IsNaN(number) ? null : number.ToString(CultureInfo.InvariantCulture))]
            : [.. values.to(ScalarType.Int64).data<long>().Select(number => number.ToString(CultureInfo.InvariantCulture))];
    }

    private static bool TryParse(string text, out float number)
        => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && float.IsFinite(number);
}
