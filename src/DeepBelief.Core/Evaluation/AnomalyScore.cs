using DeepBelief.Files;

namespace DeepBelief.Evaluation;

/// <summary>How well a score, as the free energy is one, tells rows that a model knows from others.</summary>
public static class AnomalyScore
{
    /// <summary>
    /// The area under the ROC curve: the probability that a row of the others scores higher than a known one, ties counted half. It is the
    /// Mann-Whitney statistic over the product of counts (Hanley and McNeil 1982).
    /// </summary>
    /// <param name="known">Scores of rows as the model was trained on, <c>[rows]</c>, free energies for example; finite.</param>
    /// <param name="others">Scores of other rows, <c>[rows]</c>; finite.</param>
    /// <returns>0 to 1: 1 if every other row scores higher than all known ones, 0.5 if scores tell nothing.</returns>
    /// <exception cref="ArgumentException">The scores are no vectors of at least one finite number.</exception>
    public static double AreaUnderCurve(Tensor known, Tensor others)
    {
        var (low, high) = (Sorted(known, nameof(known)), Sorted(others, nameof(others)));
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
        ArgumentNullException.ThrowIfNull(scores, name);
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
