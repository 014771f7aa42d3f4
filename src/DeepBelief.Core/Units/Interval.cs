namespace DeepBelief.Units;

/// <summary>What units side by side can take, if that is every number between two bounds.</summary>
/// <param name="Units">Number of units.</param>
/// <param name="Least">The lower bound; may be -∞.</param>
/// <param name="Most">The upper bound; may be ∞.</param>
internal readonly record struct Interval(long Units, double Least, double Most);
