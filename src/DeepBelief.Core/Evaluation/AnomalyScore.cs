using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Measures how well a score, such as the free energy, separates inliers from outliers.</summary>
public static class AnomalyScore
{
    /// <summary>
    /// Returns the area under the ROC curve: the probability that an outlier scores higher than an inlier, ties counted half. It is
    /// the Mann-Whitney statistic over the product of counts (Hanley and McNeil 1982).
    /// </summary>
    /// <param name="inliers">Scores of rows like the training data, <c>[rows]</c>, free energies for example; finite.</param>
    /// <param name="outliers">Scores of other rows, <c>[rows]</c>; finite.</param>
    /// <returns>0 to 1: 1 if every outlier scores higher than all inliers, 0.5 if the score says nothing.</returns>
    /// <exception cref="ArgumentException">The scores are not vectors of at least one finite number.</exception>
    public static double RocAuc(Tensor inliers, Tensor outliers)
    {
        var (low, high) = (Sorted(inliers, nameof(inliers)), Sorted(outliers, nameof(outliers)));
        var (below, upTo, wins) = (0, 0, 0.0);
        foreach (var score in high)
        {
            while (below < low.Length && low[below] < score)
                below++;
            while (upTo < low.Length && low[upTo] <= score)
                upTo++;
            wins += (below + upTo) / 2.0;
        }

        return wins / ((double)low.Length * high.Length);
    }

    private static double[] Sorted(Tensor scores, string name)
    {
        Guard.Dense(scores, name);
        if (scores.dim() != 1 || scores.shape[0] == 0)
            throw new ArgumentException($"Expected scores of shape [rows] with at least one row, found {Shapes.Text(scores)}.", name);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var values = scores.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        if (!values.All(double.IsFinite))
            throw new ArgumentException("Expected finite scores, found NaN or infinity.", name);
        Array.Sort(values);
        return values;
    }
}
