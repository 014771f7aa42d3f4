namespace DeepBelief.Training;

/// <summary>Moves of rows against a network.</summary>
internal static class AdversarialMoves
{
    /// <summary>Returns rows that are moved a distance along directions of any length; rows whose direction is zero stay.</summary>
    /// <param name="rows">Rows, <c>[rows, ..]</c>.</param>
    /// <param name="directions">A direction for each row.</param>
    /// <param name="distance">Euclidean distance.</param>
    public static Tensor Along(Tensor rows, Tensor directions, double distance)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var lengths = directions.flatten(1).norm(1).AtLeast(1e-20).view([-1, .. Enumerable.Repeat(1L, (int)rows.dim() - 1)]);
        return rows.Plus((directions / lengths).Times(distance)).MoveToOuterDisposeScope();
    }
}
