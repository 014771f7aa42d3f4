using System.Globalization;

namespace DeepBelief.Training;

/// <summary>How much the rows of each class count in the training of a classifier. Immutable.</summary>
/// <example>A rare class that counts ten times:<code>
/// var options = new ClassifierTrainingOptions { ClassWeights = ClassWeights.Of(1, 10) };
/// </code></example>
public sealed record ClassWeights
{
    private readonly double[]? values;

    private ClassWeights(double[]? values) => this.values = values;

    /// <summary>
    /// Inversely proportional to the number of training rows of each class, or to the sum of their weights, so that all classes
    /// count alike. Of a source, the first rows tell: those from which the rows to evaluate are drawn. A class without rows there
    /// counts as the rarest of the others.
    /// </summary>
    public static ClassWeights Balanced { get; } = new((double[]?)null);

    /// <summary>Returns given weights, of which only the ratios matter.</summary>
    /// <param name="weights">A weight for each class, in order: 0 or more, not all 0.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static ClassWeights Of(params ReadOnlySpan<double> weights)
    {
        double[] own = [.. weights];
        if (own.Length == 0 || !own.All(weight => weight >= 0 && double.IsFinite(weight)) || own.All(weight => weight == 0))
            throw new ArgumentException($"Expected weights of 0 or more, not all 0, found [{Text(own)}].", nameof(weights));
        return new(own);
    }

    /// <summary>True if both are balanced or have the same weights.</summary>
    /// <param name="other">The other weights.</param>
    public bool Equals(ClassWeights? other)
        => other is not null && (values is null ? other.values is null : other.values is not null && values.AsSpan().SequenceEqual(other.values));

    /// <inheritdoc/>
    public override int GetHashCode() => values is null ? 0 : values.Aggregate(values.Length, HashCode.Combine);

    /// <summary>Returns the weights.</summary>
    public override string ToString() => values is null ? nameof(Balanced) : Text(values);

    /// <summary>Returns the weight of each class, <c>[classes]</c>, float64.</summary>
    /// <param name="labels">The labels of training rows.</param>
    /// <param name="ofRows">The rows' own weights, not all 0; null if they count alike.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">There are weights for another number of classes.</exception>
    internal Tensor Resolve(Tensor labels, Tensor? ofRows, long classes)
    {
        using var scope = torch.NewDisposeScope();
        if (values is null)
        {
            var counts = labels.bincount(ofRows?.to(ScalarType.Float64), classes).to(ScalarType.Float64);
            var areThere = counts.IsAbove(0);
            return torch.where(areThere, counts, counts.masked_select(areThere).min()).reciprocal().MoveToOuterDisposeScope();
        }

        if (values.Length != classes)
            throw new ArgumentException(FormattableString.Invariant($"Expected {nameof(ClassWeights)} for {classes} classes, found {values.Length}."), nameof(classes));
        return torch.tensor(values, ScalarType.Float64, labels.device).MoveToOuterDisposeScope();
    }

    private static string Text(double[] values) => string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
