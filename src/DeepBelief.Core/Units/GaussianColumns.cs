namespace DeepBelief.Units;

/// <summary>The Gaussian units of a layer, alone or as parts.</summary>
internal static class GaussianColumns
{
    /// <summary>Returns the units with the number of their first column.</summary>
    public static IEnumerable<(GaussianUnits Units, long Start)> Of(UnitLayer layer)
    {
        var start = 0L;
        foreach (var part in layer is CompositeUnits composite ? composite.Parts : [layer])
        {
            if (part is GaussianUnits units)
                yield return (units, start);
            start += part.Size;
        }
    }
}
