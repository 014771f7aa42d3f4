namespace DeepBelief.Units;

/// <summary>
/// Sites side by side that each take one of the same, finitely many states: single units, such as bits, or groups of units, such
/// as the categories of a column.
/// </summary>
/// <param name="Count">Number of sites.</param>
/// <param name="Width">Units of a site.</param>
/// <param name="States">States of a site, numbered from 0.</param>
internal abstract record Sites(long Count, long Width, long States)
{
    /// <summary>Units of all sites.</summary>
    public long Units => Count * Width;

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
}
