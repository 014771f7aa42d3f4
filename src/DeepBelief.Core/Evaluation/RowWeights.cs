using System.Runtime.CompilerServices;
using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Weights of rows in means over them.</summary>
internal static class RowWeights
{
    /// <summary>Requires one weight a row, 0 or more and not all 0; null is fine.</summary>
    public static void Check(Tensor? weights, long rows, [CallerArgumentExpression(nameof(weights))] string? name = null)
    {
        if (weights is null)
            return;
        Guard.Dense(weights, name);
        if (weights.dim() != 1 || weights.shape[0] != rows)
            throw new ArgumentException($"Expected one weight a row, shape [{rows}], found {Shapes.Text(weights)}.", name);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (least, sum) = (weights.min().Number(), weights.to(ScalarType.Float64).sum().Number());
        if (!(least >= 0) || !(sum > 0) || !double.IsFinite(sum))
            throw new ArgumentException(FormattableString.Invariant($"Expected finite weights of 0 or more, not all 0; found a least one of {least} and a sum of {sum}."), name);
    }

    /// <summary>The weights as parts of 1, float64, on a device; null for equal ones.</summary>
    public static Tensor? Parts(Tensor? weights, Device device)
    {
        if (weights is null)
            return null;
        using var scope = torch.NewDisposeScope();
        var values = weights.detach().to(ScalarType.Float64, device);
        return (values / values.sum()).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of values, <c>[rows]</c>, in float64; those of weight 0 don't count, even if they are infinite.</summary>
    public static double Mean(Tensor values, Tensor? weights)
    {
        using var scope = torch.NewDisposeScope();
        var wide = values.to(ScalarType.Float64);
        if (Parts(weights, values.device) is not { } parts)
            return wide.mean().Number();
        var count = parts.IsAbove(0);
        return wide.masked_select(count).dot(parts.masked_select(count)).Number();
    }
}
