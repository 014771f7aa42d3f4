namespace DeepBelief.Evaluation;

/// <summary>How well a regressor predicts, by target.</summary>
/// <param name="RootMeanSquaredError">Root of the mean squared error of each target.</param>
/// <param name="R2">
/// Coefficient of determination of each target, the part of the variance that the predictions explain: 1 if they are right, 0 if
/// they are no better than the mean; NaN if the target does not vary.
/// </param>
public sealed record RegressionScore(IReadOnlyList<double> RootMeanSquaredError, IReadOnlyList<double> R2)
{
    /// <summary>True if all numbers are equal.</summary>
    /// <param name="other">The other score.</param>
    public bool Equals(RegressionScore? other)
        => other is not null && RootMeanSquaredError.SequenceEqual(other.RootMeanSquaredError) && R2.SequenceEqual(other.R2);

    /// <inheritdoc/>
    public override int GetHashCode() => RootMeanSquaredError.Aggregate(R2.Count, HashCode.Combine);
}
