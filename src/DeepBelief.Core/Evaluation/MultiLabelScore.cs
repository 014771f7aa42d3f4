namespace DeepBelief.Evaluation;

/// <summary>How well a classifier of several labels predicts, where a label is predicted from a probability of a half on.</summary>
/// <param name="Loss">Mean binary cross-entropy over rows and labels, in nats.</param>
/// <param name="Accuracy">Fraction of rows of which each label is predicted right.</param>
/// <param name="F1">Harmonic mean of precision and recall of each label; 0 if it is neither there nor predicted.</param>
/// <param name="MacroF1">Mean of <paramref name="F1"/>.</param>
/// <param name="MicroF1">The same measure of all labels together.</param>
/// <param name="ExactMatch">Fraction of rows of which all labels are predicted right.</param>
public sealed record MultiLabelScore(
    double Loss,
    IReadOnlyList<double> Accuracy,
    IReadOnlyList<double> F1,
    double MacroF1,
    double MicroF1,
    double ExactMatch)
{
    /// <summary>True if all numbers are equal.</summary>
    /// <param name="other">The other score.</param>
    public bool Equals(MultiLabelScore? other)
        => other is not null
            && (Loss, MacroF1, MicroF1, ExactMatch).Equals((other.Loss, other.MacroF1, other.MicroF1, other.ExactMatch))
            && Accuracy.SequenceEqual(other.Accuracy)
            && F1.SequenceEqual(other.F1);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Loss, MacroF1, MicroF1, ExactMatch);
}
