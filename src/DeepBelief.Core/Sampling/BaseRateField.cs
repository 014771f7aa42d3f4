using DeepBelief.Units;

namespace DeepBelief.Sampling;

/// <summary>The field under which a layer of units has, without other inputs, given means: those of data.</summary>
internal static class BaseRateField
{
    // So much of the means is the layer's own, lest a unit that never changes in the data ask for an infinite field.
    private const double OwnPart = 0.05;
    private const int Iterations = 100;
    private const double LeastCurvature = 1e-30;

    /// <summary>Solves E[x | a] = mean for a.</summary>
    /// <remarks>
    /// Newton's method on Γ(a) - a · mean, which is convex, with the variances for the curvature. Steps are half as long, as
    /// units that depend on each other within a group may have up to twice that curvature, and no longer than a radius that
    /// grows as long as a unit keeps its direction and shrinks when it turns. Whatever comes out is a field; how well it
    /// fits only decides how much of the way is left to annealing.
    /// </remarks>
    /// <param name="units">The layer.</param>
    /// <param name="mean">Means of data, <c>[N]</c>.</param>
    /// <returns>a, <c>[1, N]</c>.</returns>
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
