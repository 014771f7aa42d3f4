using System.Globalization;
using DeepBelief.Samples.Reporting.Images;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Sampling;
using TorchSharp;

namespace DeepBelief.Samples.Densities;

/// <summary>The page that shows densities beside what was learned of them.</summary>
internal static class DensityPage
{
    private const int Chains = 4000;

    /// <summary>One density: data, what was learned, and samples of the model.</summary>
    public static Section Section(PlaneDensity density, NeuralEnergyModel model, double divergence, int seed)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator((ulong)seed + 100);
        var grid = PlaneGrid.Picture;
        var learned = (model.FreeEnergy(grid.Points()).neg() - PlaneGrid.Wide.LogPartition(model)).exp();
        var data = density.Sample(Chains, generator);
        var start = torch.randn(new long[] { Chains, 2 }, generator: generator) * 1.5;
        var samples = MarkovChain.Run(model, start, 300, generator);
        var text = string.Create(CultureInfo.InvariantCulture, $"KL(density || model) = {divergence:F3} nats, by integration over the plane.");
        return new Section(
            density.Name,
            Html.Paragraph(text),
            Html.Panels(
                ("The density", Picture(density.LogDensity(grid.Points()).exp(), $"{density.Name}: the density")),
                ("Learned", Picture(learned, $"{density.Name}: the learned density")),
                ("Data", Picture(Counts(grid, data), $"{density.Name}: {Chains} points of the density")),
                ("Samples of the model", Picture(Counts(grid, samples), $"{density.Name}: {Chains} samples of the model"))));

        System.Xml.Linq.XElement Picture(torch.Tensor values, string label)
            => Html.Image(Mosaic.Draw(values.reshape(1, grid.Cells, grid.Cells), 1, Palette.Density, Scaling.Shared), label);
    }

    // How many points lie in each small square; those outside of all are left out.
    private static torch.Tensor Counts(PlaneGrid grid, torch.Tensor points)
    {
        var cells = ((points + grid.Reach) * (grid.Cells / (2 * grid.Reach))).floor().to(torch.ScalarType.Int64);
        var inside = cells.ge(0).logical_and(cells.lt(grid.Cells)).all(1);
        var (column, row) = (cells.select(1, 0), grid.Cells - 1 - cells.select(1, 1));
        var places = torch.where(inside, (row * grid.Cells) + column, torch.full_like(row, grid.Cells * grid.Cells));
        return torch.bincount(places, minlength: (grid.Cells * grid.Cells) + 1).narrow(0, 0, grid.Cells * grid.Cells).to(torch.ScalarType.Float32);
    }
}
