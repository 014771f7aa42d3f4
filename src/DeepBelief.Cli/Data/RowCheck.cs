using DeepBelief.Cli.Output;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Units;

namespace DeepBelief.Cli.Data;

/// <summary>Checks rows for a model, so that messages name the file, the row and the column.</summary>
/// <param name="File">Where the rows are from.</param>
/// <param name="Encoder">What made units of their columns; null if they are the file's numbers.</param>
/// <param name="CanScale">False if --scale is refused, and so no advice.</param>
internal sealed record RowCheck(DataFile File, TableEncoder? Encoder, bool CanScale)
{
    // Of each unit; null where columns have numbers alone.
    private IReadOnlyList<string>? Columns { get; } = Encoder is null ? File.Table?.Names : [.. Encoder.Columns.SelectMany(column => Enumerable.Repeat(column.Name, column.Width))];

    /// <summary>Throws unless the rows are some that units take.</summary>
    /// <param name="rows"><c>[rows, units]</c>.</param>
    /// <param name="width">How many units there are.</param>
    /// <param name="support">What the units take; null for all numbers.</param>
    /// <param name="gapAdvice">What is to be done about gaps; null if there may be some.</param>
    public void Of(Tensor rows, long width, UnitSupport? support, string? gapAdvice)
    {
        if (rows.shape[1] != width)
            throw new DataFormatException($"{File.Path}: expected {width} columns, as the model has visible units, found {rows.shape[1]}.");
        var isGap = rows.isnan();
        CheckNumbers(rows, gapAdvice is null ? rows.isinf() : rows.isfinite().logical_not(), gapAdvice);
        Func<Tensor, Tensor, string?> fault = (part, gaps) => Advised(gapAdvice is null ? support?.HeldFault(part, gaps) : support?.Fault(part));
        if (fault(rows, isGap) is null)
            return;
        var row = First(rows.shape[0], count => fault(rows.narrow(0, 0, count), isGap.narrow(0, 0, count)));
        var (values, gap) = (rows.narrow(0, row, 1), isGap.narrow(0, row, 1));
        // Other units say what several columns together may be.
        if (support is not IntervalSupport)
            throw new DataFormatException($"{File.Path}: data row {row + 1}: {fault(values, gap)}");
        var column = First(width, count => fault(values.narrow(1, 0, count), gap.narrow(1, 0, count)));
        throw new DataFormatException($"{Place(row, column)}: {fault(values.narrow(1, column, 1), gap.narrow(1, column, 1))}");
    }

    private string? Advised(string? fault) => CanScale || fault is null ? fault : Messages.WithoutScaling(fault);

    private void CheckNumbers(Tensor rows, Tensor isOdd, string? gapAdvice)
    {
        if (!isOdd.any().item<bool>())
            return;
        var first = isOdd.reshape(-1).to(ScalarType.Int64).argmax().item<long>();
        var (row, column) = (first / rows.shape[1], first % rows.shape[1]);
        throw new DataFormatException(rows[row, column].isnan().item<bool>()
            ? $"{Place(row, column)}: expected a value, found none. {gapAdvice}"
            : $"{Place(row, column)}: expected a finite number, found an infinite one.");
    }

    // The first of so many of which a part of all from the beginning is at fault.
    private static long First(long count, Func<long, string?> fault)
    {
        var (good, bad) = (0L, count);
        while (bad - good > 1)
        {
            var middle = (good + bad) / 2;
            (good, bad) = fault(middle) is null ? (middle, bad) : (good, middle);
        }

        return bad - 1;
    }

    private string Place(long row, long column)
        => $"{File.Path}: data row {row + 1}, {(Columns is null ? $"column {column + 1}" : $"column '{Columns[(int)column]}'")}";
}
