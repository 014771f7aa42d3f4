namespace DeepBelief.Units;

/// <summary>Units side by side with the same states: <see cref="Sites"/>, or all numbers of an <see cref="Interval"/>.</summary>
internal abstract record UnitColumns
{
    /// <summary>Number of units.</summary>
    public abstract long Units { get; }
}

internal static class UnitColumnsExtensions
{
    /// <summary>Columns with the number of their first unit.</summary>
    public static IEnumerable<(TColumns Columns, long Start)> WithStarts<TColumns>(this IEnumerable<TColumns> columns)
        where TColumns : UnitColumns
    {
        var start = 0L;
        foreach (var kind in columns)
        {
            yield return (kind, start);
            start += kind.Units;
        }
    }
}
