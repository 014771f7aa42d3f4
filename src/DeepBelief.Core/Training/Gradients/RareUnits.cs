using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// Steps of visible units that most rows leave out: their gradients, means over all rows, are divided by the square root of the
/// share of rows that know the unit. They then are as large as those of other units against their noise.
/// </summary>
internal sealed class RareUnits : GradientChange
{
    private readonly Rbm rbm;
    private readonly Tensor factors; // [visible]

    /// <param name="rbm">The RBM.</param>
    /// <param name="rows">Rows of data, <c>[rows, visible]</c>; NaN is a missing value.</param>
    public RareUnits(Rbm rbm, Tensor rows)
    {
        this.rbm = rbm;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var known = rows.isnan().logical_not().to(rows.dtype).sum(dim: 0);
        factors = known.AtLeast(1).Over(rows.shape[0]).rsqrt().DetachFromDisposeScope();
        State = new Dictionary<string, Tensor> { ["rare_unit_factors"] = factors };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = rbm.Weight.grad?.mul_(factors);
        foreach (var (part, start) in SharedInputs.Parts(rbm.Visible))
        {
            // Those of units of other kinds may not be one a unit.
            foreach (var parameter in part.parameters().Where(parameter => parameter.NumberOfElements == part.Size))
                _ = parameter.grad?.mul_(factors.narrow(0, start, part.Size).view_as(parameter));
        }
    }
}
