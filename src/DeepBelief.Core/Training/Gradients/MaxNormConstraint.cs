using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Clips the norm of each row of a weight to <see cref="OptimizationOptions.MaxWeightNorm"/> after the optimizer's step.</summary>
internal sealed class MaxNormConstraint(IEnumerable<Parameter> parameters, double maxNorm)
{
    private readonly Parameter[] weights = [.. parameters.Where(Parameters.IsWeight)];

    public void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var weight in weights)
        {
            var factors = weight.flatten(1).norm(1).reciprocal().Times(maxNorm).AtMost(1);
            var shape = Enumerable.Repeat(1L, (int)weight.dim()).ToArray();
            shape[0] = -1;
            _ = weight.mul_(factors.view(shape));
        }
    }
}
