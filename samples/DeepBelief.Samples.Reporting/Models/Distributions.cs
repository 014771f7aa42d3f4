using System.Xml.Linq;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Charts;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Models;

/// <summary>Histograms of weights and of hidden units' activity.</summary>
public static class Distributions
{
    private const int Pieces = 60;
    private const long MostImages = 1000;

    /// <summary>Weights of the first layer at several times of a network's life.</summary>
    /// <param name="title">Whose weights.</param>
    /// <param name="weights">When, and the matrix.</param>
    public static XElement Weights(string title, IReadOnlyList<(string Name, torch.Tensor Weights)> weights)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        // Nearly all of them: single large weights would leave the rest no room.
        var reach = weights.Max(set => 5 * set.Weights.std().ToDouble());
        var bins = new Bins(-reach, reach, Pieces);
        return new Histogram(title, new Axis("weight"), bins, [.. weights.Select(set => (set.Name, bins.Shares(set.Weights)))]).ToHtml();
    }

    /// <summary>How probable it is that hidden units are on, over units and test images.</summary>
    public static XElement Activity(NamedDbn model, MnistSplit data)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var states = data.TestImages.narrow(0, 0, Math.Min(MostImages, data.TestImages.shape[0]));
        var bins = new Bins(0, 1, 20);
        var sets = new List<(string, double[])>();
        foreach (var layer in model.Dbn.Layers)
        {
            states = layer.HiddenMean(states);
            sets.Add((model.Dbn.Layers.Count == 1 ? model.Name : $"layer {sets.Count + 1}", bins.Shares(states)));
        }

        return new Histogram($"Hidden activity: {model.Name}", new Axis("probability that a unit is on"), bins, sets).ToHtml();
    }
}
