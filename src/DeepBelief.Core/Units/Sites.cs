namespace DeepBelief.Units;

/// <summary>
/// Sites side by side that each take one of the same states: single units, such as bits, or groups of units, such as the categories
/// of a column.
/// </summary>
/// <param name="Count">Number of sites.</param>
/// <param name="Width">Units of a site.</param>
/// <param name="States">States of a site, numbered from 0; <see cref="Endless"/> if there is no last one.</param>
internal abstract record Sites(long Count, long Width, long States) : UnitColumns
{
    /// <summary>The number of states where there is no last one, as of counts.</summary>
    public const long Endless = long.MaxValue;

    /// <summary>Units of all sites.</summary>
    public override long Units => Count * Width;

    /// <summary>True if there is a last state.</summary>
    public bool AreFinite => States != Endless;

    /// <summary>How far apart the least and the largest value of a unit are; 1 for bits.</summary>
    public abstract double Range { get; }

    /// <summary>The values of states by number, int64, <c>[...]</c>: <c>[..., Width]</c>.</summary>
    public abstract Tensor Values(Tensor numbers, ScalarType dtype);

    /// <summary>The numbers of the states nearest to values, <c>[..., Width]</c>: int64, <c>[...]</c>.</summary>
    public abstract Tensor Numbers(Tensor values);

    /// <summary>The numbers of the states <paramref name="shift"/> further on, after the last from the first again; <c>[...]</c>.</summary>
    public Tensor Shifted(Tensor numbers, Tensor shift)
    {
        using var scope = torch.NewDisposeScope();
        return numbers.Plus(shift).Remainder(States).MoveToOuterDisposeScope();
    }

    /// <summary>Rows of these units, <c>[rows, Units]</c>, by site: <c>[rows, Count, Width]</c>.</summary>
    public Tensor BySite(Tensor rows) => rows.reshape(rows.shape[0], Count, Width);

    /// <summary>The states nearest to rows, <c>[rows, Units]</c>.</summary>
    public Tensor Nearest(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        return Values(Numbers(BySite(rows)), rows.dtype).reshape(rows.shape[0], Units).MoveToOuterDisposeScope();
    }
}
