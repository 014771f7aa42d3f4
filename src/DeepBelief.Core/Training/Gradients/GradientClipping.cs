namespace DeepBelief.Training;

/// <summary>Clips the norm of the gradient, over all parameters, to <see cref="OptimizationOptions.MaxGradientNorm"/>.</summary>
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
        // A norm of zero gives infinity, clamped to a factor of 1.
        var factor = norm.reciprocal().Times(maxNorm).AtMost(1);
        foreach (var gradient in gradients)
            _ = gradient.mul_(factor);
    }
}
