using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// The gradient of the log-variances of Gaussian visible units while the means σ²W that the hidden units add to theirs stay, not
/// W: in these parameters a unit can become narrow without its means moving (Cho, Ilin and Raiko 2011). Goes with
/// <see cref="StandardizedSteps"/>, which moves W along.
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
        var gradient = rbm.Weight.grad!;
        if (visibleOffset is not null)
            gradient = gradient.addr(SharedInputs.Gradient(rbm.Hidden), visibleOffset, alpha: -1);
        var along = (rbm.Weight * gradient).sum(dim: 0);
        foreach (var (units, start) in GaussianColumns.Of(rbm.Visible))
        {
            if (units.LogVariance.grad is { } own)
                _ = own.Add(along.narrow(0, start, units.Size), -1).Scale(Rate);
        }
    }
}
