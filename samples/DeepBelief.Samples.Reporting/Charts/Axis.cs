namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>What an axis shows.</summary>
/// <param name="Label">What is measured, and its unit.</param>
public sealed record Axis(string Label)
{
    /// <summary>Equal ratios take equal lengths; values of 0 and below are left out.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Marks at whole numbers only, such as epochs.</summary>
    public bool IsWhole { get; init; }

    /// <summary>A value that the axis shall reach, such as 0, though no point may be there.</summary>
    public double? Include { get; init; }

    internal bool CanShow(double value) => double.IsFinite(value) && (value > 0 || !IsLogarithmic);
}
