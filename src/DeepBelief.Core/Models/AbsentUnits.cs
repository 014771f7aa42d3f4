using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// Visible units that a row leaves out (Salakhutdinov, Mnih and Hinton 2007). An absent unit has no energy, and sends to the
/// hidden units what it sends on average without their inputs: its mean. Their inputs then are the same on average, however many
/// units are absent; with a state of 0 in its place, as in the paper, they would shift.
/// </summary>
internal static class AbsentUnits
{
    /// <summary>Returns the states that stand for absent units, <c>[1, N]</c>: E[v] without inputs.</summary>
    public static Tensor States(Rbm rbm)
    {
        using var scope = torch.NewDisposeScope();
        return rbm.Visible.Mean(torch.zeros(1, rbm.VisibleSize, rbm.Weight.dtype, rbm.Weight.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Returns rows, <c>[rows, N]</c>, with the states of absent units in place of NaN.</summary>
    public static Tensor Replace(Rbm rbm, Tensor rows)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return torch.where(rows.isnan(), States(rbm), rows).MoveToOuterDisposeScope();
    }

    /// <summary>Throws unless known values are valid, and groups of units that exclude each other known or missing as a whole.</summary>
    public static void Check(UnitLayer units, Tensor rows, string? name)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var missing = rows.isnan();
        units.Support.CheckHeld(rows, missing, name);
        foreach (var (part, start) in SharedInputs.Parts(units))
        {
            if (part.Support is not CategorySupport support)
                continue;
            var groups = missing.narrow(1, start, part.Size).reshape(rows.shape[0], -1, support.Categories);
            if ((groups.any(2) ^ groups.all(2)).any().item<bool>())
                throw new ArgumentException($"Expected groups of {support.Categories} categories that are known or missing as a whole, found some known in part.", name);
        }
    }

    /// <summary>
    /// Adds the gradient of the visible units' parameters through the states of absent units, which the hidden units receive:
    /// -weight · E[h | v] W · ∂state/∂parameter for each row that leaves the unit out.
    /// </summary>
    /// <param name="rbm">The RBM.</param>
    /// <param name="gaps">True for absent units, <c>[rows, visible]</c>.</param>
    /// <param name="hiddenMeans">E[h | v], <c>[rows, hidden]</c>.</param>
    /// <param name="rowWeights">Weight of each row, <c>[rows]</c>.</param>
    public static void AddGradient(Rbm rbm, Tensor gaps, Tensor hiddenMeans, Tensor rowWeights)
    {
        if (!rbm.Visible.parameters().Any(parameter => parameter.requires_grad))
            return;
        using var scope = torch.NewDisposeScope();
        Tensor received;
        using (torch.no_grad())
            received = ((hiddenMeans * rowWeights.unsqueeze(1)).mm(rbm.Weight) * gaps).sum(dim: 0);
        using var grad = torch.enable_grad();
        (States(rbm).squeeze(0) * received).sum().neg().backward();
    }
}
