using DeepBelief.Evaluation;

namespace DeepBelief.Training;

/// <summary>Weights of rows as training uses them: of the rows' element type, with a mean of 1.</summary>
internal static class TrainingWeights
{
    /// <summary>Returns normalized weights, or null for none; throws unless they fit the rows.</summary>
    /// <param name="weights">The caller's weights, <c>[rows]</c>.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="dtype">The element type of the result.</param>
    public static Tensor? Normalized(Tensor? weights, Tensor rows, ScalarType dtype)
    {
        if (weights is null)
            return null;
        RowWeights.Check(weights, rows.shape[0]);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var exact = weights.detach().to(ScalarType.Float64, rows.device);
        return (exact / exact.mean()).to(dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Returns weights of classes, <c>[classes]</c>, that have a mean of 1 over rows; null for none.</summary>
    /// <param name="weights">The option.</param>
    /// <param name="labels">The rows' labels.</param>
    /// <param name="ofRows">The rows' own weights; null if they count alike.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="dtype">The element type of the result.</param>
    public static Tensor? OfClasses(ClassWeights? weights, Tensor labels, Tensor? ofRows, long classes, ScalarType dtype)
    {
        if (weights is null)
            return null;
        using var scope = torch.NewDisposeScope();
        var exact = weights.Resolve(labels, ofRows, classes);
        var byRow = exact.index_select(0, labels);
        if (ofRows is not null)
            byRow = byRow * ofRows;
        var mean = byRow.mean();
        if (mean.Number() == 0)
            throw new ArgumentException($"Expected rows that count, found {nameof(ClassWeights)} of 0 for all of them.", nameof(weights));
        return (exact / mean).to(dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the weights of labelled rows, products of their own and of their classes'; null if all count alike.</summary>
    public static Tensor? OfLabelled(Batch rows, Tensor? ofClasses) => (rows.Weights, ofClasses?.index_select(0, rows.Labels!)) switch
    {
        ({ } own, { } ofClass) => own * ofClass,
        var (own, ofClass) => own ?? ofClass,
    };
}
