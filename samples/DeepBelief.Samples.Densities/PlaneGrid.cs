using TorchSharp;

namespace DeepBelief.Samples.Densities;

/// <summary>A square of the plane about the origin, cut into small squares: integrals are sums over their middles.</summary>
/// <param name="Reach">From the origin to each side.</param>
/// <param name="Cells">Small squares along a side.</param>
public sealed record PlaneGrid(double Reach, int Cells)
{
    /// <summary>The whole area that is integrated over: far beyond all data, so that stray mass is found.</summary>
    public static PlaneGrid Wide { get; } = new(8, 400);

    /// <summary>The part that is drawn.</summary>
    public static PlaneGrid Picture { get; } = new(2.75, 110);

    /// <summary>Area of a small square.</summary>
    public double CellArea => Math.Pow(2 * Reach / Cells, 2);

    /// <summary>The middles of the small squares, row by row from the top, <c>[Cells · Cells, 2]</c>.</summary>
    public torch.Tensor Points()
    {
        using var scope = torch.NewDisposeScope();
        var side = ((torch.arange(Cells) + 0.5) * (2 * Reach / Cells)) - Reach;
        var x = side.unsqueeze(0).expand(Cells, Cells);
        var y = side.neg().unsqueeze(1).expand(Cells, Cells);
        return torch.stack([x.reshape(-1), y.reshape(-1)], 1).MoveToOuterDisposeScope();
    }

    /// <summary>log Z of a model: the integral of exp(-F).</summary>
    public double LogPartition(IEnergyModel model)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return model.FreeEnergy(Points()).neg().logsumexp(0).ToDouble() + Math.Log(CellArea);
    }

    /// <summary>KL(density || model) in nats: what is lost, for each point drawn, by taking the model for the density.</summary>
    public double Divergence(PlaneDensity density, IEnergyModel model)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var points = Points();
        var expected = density.LogDensity(points);
        var learned = model.FreeEnergy(points).neg() - LogPartition(model);
        return ((expected.exp() * (expected - learned)).sum() * CellArea).ToDouble();
    }
}
