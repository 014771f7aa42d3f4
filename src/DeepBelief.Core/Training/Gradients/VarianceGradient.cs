using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// The gradient of the log-variances of Gaussian visible units at constant σ²W, the means that hidden units add, rather than at
/// constant W: so a unit can become narrow without its means moving (Cho, Ilin and Raiko 2011). <see cref="StandardizedSteps"/>
/// moves W along. It does so with b of ReLU units whose means are nearly σ²b (<see cref="ReluUnits.Shares"/>). Beside frozen
/// parameters, which do not move along, log-variances are only slowed.
/// </summary>
/// <remarks>
/// ∂F/∂z at constant σ²W and, if centered, constant c + Wμ: ∂F/∂z - Σ_j W_j (∂F/∂W_j - ∂F/∂c_j μ). No variance falls below what
/// float32 resolves: that of a column that never changes would otherwise fall for ever.
/// </remarks>
internal sealed class VarianceGradient : GradientChange
{
    // The squares of rare values make it noisier than the gradients of means.
    private const double Rate = 0.1;

    // The least variance, relative to that of the data, and to the squared mean: ReLU units compute with squares of states.
    private const double OfVariance = 1e-6;
    private const double OfSquare = 1e-10;
    private const double OfReluSquare = 1e-6;

    private readonly Rbm rbm;
    private readonly Tensor? visibleOffset;
    private readonly Tensor least; // log-variances, [columns]

    /// <param name="rbm">The RBM.</param>
    /// <param name="visibleOffset">The visible units' offset where the machine is centered; null where it is not.</param>
    /// <param name="sample">Rows of data, <c>[rows, columns]</c>, of the first visible units if not of all.</param>
    public VarianceGradient(Rbm rbm, Tensor? visibleOffset, Tensor sample)
    {
        (this.rbm, this.visibleOffset) = (rbm, visibleOffset);
        using var scope = torch.NewDisposeScope();
        var (variances, squares) = (sample.var(0, unbiased: false).Times(OfVariance), sample.mean([0L]).Squared());
        foreach (var (part, start) in Parts(sample.shape[1]))
        {
            var own = squares.narrow(0, start, part.Size);
            _ = own.Scale(part is ReluUnits ? OfReluSquare : OfSquare);
        }

        // A column of zeros has the least variance of an untrained unit.
        var larger = torch.maximum(variances, squares);
        least = torch.where(larger.IsAbove(0), larger, torch.empty_like(larger).Fill(OfVariance)).log().DetachFromDisposeScope();
        State = new Dictionary<string, Tensor> { ["least_log_variances"] = least };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Change(rbm.Visible, Along());
        foreach (var (part, start) in Parts(least.shape[0]))
        {
            var logVariance = part is GaussianUnits gaussian ? gaussian.LogVariance : (part as ReluUnits)?.LogVariance;
            if (logVariance?.grad is not { } gradient)
                continue;
            var mayFall = logVariance.gt(least.narrow(0, start, part.Size));
            _ = gradient.mul_(mayFall.logical_or(gradient.IsBelow(0)).to(gradient.dtype));
        }
    }

    /// <summary>Changes the gradients of both directions of a layer, whose weights are <c>[units, inputs]</c>.</summary>
    public static void Apply(UntiedLayer layer)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Change(layer.Visible, Along(layer.Generative));
        Change(layer.Hidden, Along(layer.Recognition));

        static Tensor? Along(Parameter weight) => weight is { requires_grad: true, grad: { } gradient } ? (weight * gradient).sum(dim: 1) : null;
    }

    // What the weights that move along add, [visible]; null if all are frozen.
    private Tensor? Along()
    {
        if (rbm.Weight is not { requires_grad: true, grad: { } gradient })
            return null;
        if (rbm.FixedBlocks is { Count: > 0 })
        {
            if (visibleOffset is not null)
                gradient = gradient.addr(SharedInputs.Gradient(rbm.Hidden), visibleOffset, alpha: -1);
            var products = rbm.Weight * gradient;
            DbmHalves.ClearFixed(rbm, products);
            return products.sum(dim: 0);
        }

        var along = ProductSums.Of(rbm.Weight, gradient);
        return visibleOffset is null ? along : along.sub_(visibleOffset * rbm.Weight.t().mv(SharedInputs.Gradient(rbm.Hidden)));
    }

    private static void Change(UnitLayer units, Tensor? along)
    {
        foreach (var (part, start) in SharedInputs.Parts(units))
        {
            if (part is GaussianUnits { LogVariance.grad: { } own })
                _ = (along is null ? own : own.Add(along.narrow(0, start, part.Size), -1)).Scale(Rate);
            else if (part is ReluUnits { LogVariance.grad: { } ofRelu } relu)
                _ = (relu.Bias is { requires_grad: true, grad: { } ofBias } ? ofRelu.sub_(relu.Shares(relu.Variances) * relu.Bias * ofBias) : ofRelu).Scale(Rate);
        }
    }

    private IEnumerable<(UnitLayer Part, long Start)> Parts(long columns)
        => SharedInputs.Parts(rbm.Visible).TakeWhile(part => part.Start < columns).Select(part => (part.Part, part.Start));
}
