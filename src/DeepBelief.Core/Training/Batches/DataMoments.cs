using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The means and variances of columns whose values have weights or are missing.</summary>
/// <param name="Means"><c>[columns]</c>, float64; 0 for a column without values.</param>
/// <param name="Variances"><c>[columns]</c>, float64; 0 for a column without values.</param>
internal sealed record DataMoments(Tensor Means, Tensor Variances)
{
    /// <summary>Computes the moments of rows.</summary>
    /// <param name="blocks">The rows in blocks, <c>[rows, columns]</c> each; NaN is a missing value.</param>
    /// <param name="weights">The weights of each block's rows; null if all count alike.</param>
    public static DataMoments Of(IReadOnlyList<Tensor> blocks, IReadOnlyList<Tensor>? weights)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var means = Mean(values => values);
        // Deviations from the mean keep their digits far from zero.
        var variances = Mean(values => (values - means).Squared());
        return new(means.MoveToOuterDisposeScope(), variances.MoveToOuterDisposeScope());

        Tensor Mean(Func<Tensor, Tensor> map)
        {
            Tensor? sum = null;
            Tensor? total = null;
            foreach (var (number, block) in blocks.Index())
            {
                using var step = torch.NewDisposeScope();
                var values = map(block.to(ScalarType.Float64));
                var known = values.isnan().logical_not().to(ScalarType.Float64);
                if (weights is not null)
                    known = known * weights[number].unsqueeze(1);
                (sum, total) = (Plus(sum, values.nan_to_num(0) * known), Plus(total, known));
            }

            return (sum! / total!).nan_to_num(0);
        }

        static Tensor Plus(Tensor? sum, Tensor values)
        {
            var more = values.sum(dim: 0);
            return (sum is null ? more : sum.Plus(more)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Returns two rows with these means and, if they are spread, variances: <c>[2, columns]</c>, of the type of <paramref name="like"/>.</summary>
    public Tensor ToRows(Tensor like, bool areSpread)
    {
        using var scope = torch.NewDisposeScope();
        var deviations = areSpread ? Variances.sqrt() : torch.zeros_like(Means);
        return torch.stack([Means - deviations, Means.Plus(deviations)]).to(like.dtype).MoveToOuterDisposeScope();
    }
}
