using System.Xml.Linq;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Models;

/// <summary>A digit of each kind, what the hidden units make of it, and what comes back.</summary>
public static class Reconstructions
{
    public static Section Create(IReadOnlyList<NamedDbn> models, MnistSplit data)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var originals = OneOfEach(data);
        var strips = new List<(string, XElement)> { ("test images", Pictures.Digits(originals, (int)originals.shape[0], "Test images")) };
        foreach (var model in models)
        {
            var codes = model.Dbn.Transform(originals);
            strips.Add(($"{model.Name}: code of {Numbers.Whole(codes.shape[1])} units", Pictures.Codes(codes, $"Hidden codes of the {model.Name}")));
            var again = model.Dbn.Reconstruct(originals);
            strips.Add(($"{model.Name}: reconstruction", Pictures.Digits(again, (int)again.shape[0], $"Reconstructions by the {model.Name}")));
        }

        return new(
            "Codes and reconstructions",
            Html.Figure(
                "The first test image of each digit, the probabilities of the top hidden units given it (black 0, white 1), and the "
                + "image that these probabilities bring back. The networks have seen no labels and none of these images. The "
                + "code of the DBN is far smaller, so that more is lost.",
                Html.Strips(strips)));
    }

    /// <summary>The first test image of each digit that occurs, in order: <c>[digits, 784]</c>.</summary>
    public static torch.Tensor OneOfEach(MnistSplit data)
    {
        using var labels = data.TestLabels.cpu();
        var all = labels.data<long>().ToArray();
        long[] first = [.. all.Select((label, index) => (label, index)).GroupBy(row => row.label).OrderBy(group => group.Key).Select(group => (long)group.First().index)];
        using var rows = torch.tensor(first).to(data.TestImages.device);
        return data.TestImages.index_select(0, rows);
    }
}
