#region usings
using DeepBelief.Units;
using TorchSharp.Modules;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

#region units
/// <summary>
/// Counts: E(x) = Σ log x! - b·x with x in {0, 1, 2, ...}, so Γ(I) = Σ exp(b + I), and x | I is
/// Poisson with mean exp(b + I).
/// </summary>
public sealed class PoissonUnits : UnitLayer
{
    private readonly Parameter bias;

    public PoissonUnits(long size)
        : base("example.poisson", size)
    {
        bias = new(zeros(size, ScalarType.Float32));
        _ = bias.DetachFromDisposeScope();                      // it outlives the caller's scope
        RegisterComponents();
    }

    public Parameter Bias => bias;

    public override UnitSupport Support => UnitSupport.NonNegative;

    public override Tensor Energy(Tensor states)
    {
        using var scope = NewDisposeScope();
        return ((states + 1).lgamma() - (states * bias)).sum(1).MoveToOuterDisposeScope();
    }

    public override Tensor CumulantGenerator(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        return (inputs + bias).exp().sum(1).MoveToOuterDisposeScope();
    }

    public override Tensor Mean(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        return (inputs + bias).exp().MoveToOuterDisposeScope();
    }

    public override Tensor Variance(Tensor inputs) => Mean(inputs);

    public override Tensor Sample(Tensor inputs, Generator? generator = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Mean(inputs).poisson(generator).MoveToOuterDisposeScope();
    }

    public override void AccumulateEnergyGradient(Tensor states, double scale)
        => AddToGradient(states, -scale);

    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale)
        => AddToGradient(means, scale);

    // Without inputs, the mean is the data's: exp(b) = mean.
    public override void InitializeFromData(Tensor data)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (!bias.ne(0).any().item<bool>())                     // a trained layer stays as it is
            _ = bias.copy_(data.mean([0L]).clamp_min(0.01).log());
    }

    private void AddToGradient(Tensor rows, double scale)
    {
        if (!bias.requires_grad)
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        bias.grad ??= zeros_like(bias);
        _ = bias.grad.add_(rows.sum(dim: 0) * scale);
    }
}
#endregion
