using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// Steps of visible units that most rows leave out: their gradients, means over all rows, are divided by the square root of the
/// share of rows that know the unit. They then are as large as those of other units against their noise.
/// </summary>
internal sealed class RareUnits : GradientChange
{
    private const long BlockRows = 1000;

    private readonly Rbm rbm;
    private readonly Tensor factors; // [visible]

    /// <param name="rbm">The RBM.</param>
    /// <param name="data">Rows of data, <c>[rows, visible]</c>; NaN is a missing value.</param>
    public RareUnits(Rbm rbm, Batch data)
    {
        this.rbm = rbm;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var weights = data.Weights?.to(ScalarType.Float64) ?? torch.ones(data.Count, ScalarType.Float64, data.Rows.device);
        var known = torch.zeros(rbm.VisibleSize, ScalarType.Float64, data.Rows.device);
        // In blocks, as masks of all rows would take more memory than the rows.
        foreach (var (block, ofBlock) in data.Rows.split(BlockRows).Zip(weights.split(BlockRows)))
        {
            using var step = torch.NewDisposeScope();
            _ = known.Add(block.isnan().logical_not().to(ScalarType.Float64).t().mv(ofBlock));
        }

        // A unit that no row knows counts as known once.
        factors = (known / weights.sum()).AtLeast(1.0 / data.Count).to(data.Rows.dtype).rsqrt().DetachFromDisposeScope();
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
