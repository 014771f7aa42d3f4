using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// The gradient of the log-variances of Gaussian visible units at constant σ²W, the means that hidden units add, rather than at
/// constant W: so a unit can become narrow without its means moving (Cho, Ilin and Raiko 2011). <see cref="StandardizedSteps"/>
/// moves W along. Log-variances of ReLU units are only slowed, and so are those beside frozen weights, which do not move along.
/// </summary>
/// <remarks>∂F/∂z at constant σ²W and, if centered, constant c + Wμ: ∂F/∂z - Σ_j W_j (∂F/∂W_j - ∂F/∂c_j μ).</remarks>
internal sealed class VarianceGradient(Rbm rbm, Tensor? visibleOffset) : GradientChange
{
    // The squares of rare values make it noisier than the gradients of means.
    private const double Rate = 0.1;

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Change(rbm.Visible, Along());
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
        if (visibleOffset is not null)
            gradient = gradient.addr(SharedInputs.Gradient(rbm.Hidden), visibleOffset, alpha: -1);
        var along = rbm.Weight * gradient;
        DbmHalves.ClearFixed(rbm, along);
        return along.sum(dim: 0);
    }

    private static void Change(UnitLayer units, Tensor? along)
    {
        foreach (var (part, start) in SharedInputs.Parts(units))
        {
            if (part is GaussianUnits { LogVariance.grad: { } own })
                _ = (along is null ? own : own.Add(along.narrow(0, start, part.Size), -1)).Scale(Rate);
            else if (part is ReluUnits { LogVariance.grad: { } ofRelu })
                _ = ofRelu.Scale(Rate);
        }
    }
}
