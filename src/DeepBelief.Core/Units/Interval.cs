namespace DeepBelief.Units;

/// <summary>Units side by side that take every number between two bounds.</summary>
/// <param name="Count">Number of units.</param>
/// <param name="Least">The lower bound; may be -∞.</param>
/// <param name="Most">The upper bound; may be ∞.</param>
internal sealed record Interval(long Count, double Least, double Most) : UnitColumns
{
    public override long Units => Count;
}
