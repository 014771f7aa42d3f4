namespace DeepBelief.Samples.Reporting.Images;

/// <summary>How values become positions in a palette. Those for a diverging palette are scaled about zero.</summary>
public enum Scaling
{
    /// <summary>Values are from 0 to 1, or from -1 to 1 for a diverging palette; those beyond are cut off.</summary>
    None,

    /// <summary>One range for all tiles, so that they can be compared.</summary>
    Shared,

    /// <summary>A range for each tile, so that faint ones are seen, too.</summary>
    PerTile,
}
