using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Adds the gradient of <see cref="OptimizationOptions.L1Penalty"/>, a multiple of sign(w), to each weight's <c>.grad</c>.</summary>
internal sealed class L1Penalty(IEnumerable<Parameter> parameters, double penalty) : GradientChange
{
    private readonly Parameter[] weights = [.. parameters.Where(Parameters.IsWeight)];

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var weight in weights)
            _ = weight.grad?.Add(weight.sign(), penalty);
    }
}
