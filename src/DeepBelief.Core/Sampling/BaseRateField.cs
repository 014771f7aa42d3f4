using DeepBelief.Units;

namespace DeepBelief.Sampling;

/// <summary>Finds the constant inputs under which a layer has the means of data.</summary>
internal static class BaseRateField
{
    // Share of the layer's own means in the target: a unit that is constant in the data would need an infinite field.
    private const double OwnPart = 0.05;
    private const int Iterations = 100;
    private const double LeastCurvature = 1e-30;

    /// <summary>Solves E[x | a] = mean, <c>[N]</c>, for the field a, <c>[1, N]</c>.</summary>
    /// <remarks>
    /// Newton's method on the convex function Γ(a) - a · mean, with the variances as curvature. Steps are halved, as dependent
    /// units in a group may have up to twice that curvature, and limited to a radius that grows while a unit keeps its direction
    /// and shrinks when it turns. Any result is valid; a worse fit only leaves more of the path to annealing.
    /// </remarks>
    public static Tensor Solve(UnitLayer units, Tensor mean)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var field = torch.zeros_like(mean).unsqueeze(0);
        var target = mean.Times(1 - OwnPart).Plus(units.Mean(field).Times(OwnPart));
        var radius = torch.ones_like(field);
        var last = torch.zeros_like(field);
        var (half, oneAndHalf) = (torch.empty_like(field).Fill(0.5), torch.empty_like(field).Fill(1.5));
        for (var i = 0; i < Iterations; i++)
        {
            using var iteration = torch.NewDisposeScope();
            var newton = (target - units.Mean(field)) / units.Variance(field).Times(2).AtLeast(LeastCurvature);
            _ = radius.mul_(torch.where((newton * last).IsBelow(0), half, oneAndHalf));
            _ = last.copy_(newton.minimum(radius).maximum(-radius));
            _ = field.Add(last);
        }

        return field.MoveToOuterDisposeScope();
    }
}
