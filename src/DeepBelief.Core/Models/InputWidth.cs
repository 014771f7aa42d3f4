using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// How many visible units move the inputs of the hidden units: of bits and categories that are rarely on, such as the words of a
/// text, as many as would have the same variance if they were on often. Steps and initial weights can be larger for them.
/// </summary>
internal static class InputWidth
{
    // A unit of this variance or more counts whole: a bit that is on once in fifteen rows, as those of images of digits.
    private const double WholeVariance = 1.0 / 16;

    private const long MostRows = 1000;

    /// <summary>Returns the width of rows of data, 1 to the number of units.</summary>
    /// <param name="units">The visible units.</param>
    /// <param name="rows">Rows of data, <c>[rows, N]</c>; NaN is a missing value.</param>
    public static double Of(UnitLayer units, Tensor rows)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var some = Some(rows);
        return Math.Max(1, SharedInputs.Parts(units).Sum(columns => columns.Part.Support == UnitSupport.Binary || columns.Part.Support is CategorySupport
            ? Math.Min(columns.Part.Size, Variance(some.narrow(1, columns.Start, columns.Part.Size)) / WholeVariance)
            : columns.Part.Size));
    }

    /// <summary>Returns the rows that are looked at: all, or some from all parts of many.</summary>
    public static Tensor Some(Tensor rows)
    {
        if (rows.shape[0] <= MostRows)
            return rows.alias();
        using var scope = torch.NewDisposeScope();
        var numbers = Range(0, MostRows, rows.device).to(ScalarType.Float64).Times((double)rows.shape[0] / MostRows).to(ScalarType.Int64);
        return rows.index_select(0, numbers).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of the variances of bits with the columns' means; a missing value does not vary.</summary>
    private static double Variance(Tensor rows)
    {
        // NaN where a value is missing. To mask such values takes more than ten times as long.
        var totals = rows.sum(dim: 0, type: ScalarType.Float64);
        if (!totals.isnan().any().item<bool>())
        {
            var ofAll = totals.Over(rows.shape[0]);
            return (ofAll * OneMinus(ofAll)).sum().Number();
        }

        var known = rows.isnan().logical_not().to(ScalarType.Float64);
        var counts = known.sum(dim: 0);
        var means = rows.to(ScalarType.Float64).nan_to_num(0).sum(dim: 0) / counts.AtLeast(1);
        return (means * OneMinus(means) * counts).sum().Over(rows.shape[0]).Number();
    }
}
