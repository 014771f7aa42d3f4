namespace DeepBelief.Training;

/// <summary>Scales a gradient whose norm, over all parameters, is beyond <see cref="OptimizationOptions.MaxGradientNorm"/> down to it.</summary>
internal sealed class GradientClipping(IReadOnlyList<Parameter> parameters, double maxNorm) : GradientChange
{
    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(p => p.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return;
        var norm = torch.stack(gradients.Select(g => g.norm())).norm();
        // A norm of zero gives infinity here, and a factor of 1.
        var factor = norm.reciprocal().Times(maxNorm).AtMost(1);
        foreach (var gradient in gradients)
            _ = gradient.mul_(factor);
    }
}
