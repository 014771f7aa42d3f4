using System.Xml.Linq;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using TorchSharp;

namespace DeepBelief.Experiments.Autoencoders;

/// <summary>How well codes bring images back, and the map that codes of two numbers are.</summary>
internal static class AutoencoderReport
{
    private const int MostDotsPerDigit = 500;

    public static IEnumerable<Section> Sections(AutoencoderResults results, MnistData data)
    {
        if (results.Components.Count == 0)
            yield break;
        yield return Errors(results);
        yield return Images(results, data.Whole);
        if (results.Components.FirstOrDefault(one => one.Result.Network.Code == 2) is { Components: { } plane } && results.Autoencoders.TryGetValue(2, out var map))
            yield return Map(plane, map, data.Whole);
        if (results.Pretraining.Count > 0)
            yield return PretrainingCurves.Create(results.Pretraining, "All training images are learned from, and none held out.");
    }

    private static Section Errors(AutoencoderResults results)
    {
        var first = results.Networks.Where(one => one.Seed == results.Networks[0].Seed);
        var others = results.Networks.Select(one => one.Seed).Distinct().Count() is > 1 and var seeds ? $" Mean ± standard deviation of {seeds} seeds." : "";
        return new(
            "Squared error",
            [
                Html.Paragraph(
                    "An image of 784 pixels becomes a code of a few numbers, and the code an image again. Principal components are the best code that is linear. "
                    + "An autoencoder is a network whose halves learn to make the code and to undo it: machines are stacked, trained layer by layer without "
                    + "labels, unrolled, and fine-tuned together. The test images were looked at once by each finished network."),
                results.ToTable().ToHtml($"Σ (x − y)² over the pixels of an image, from 0 to 1, in the mean of the images. Published are test errors of {AutoencoderNetwork.Source}.{others}"),
                .. results.Networks.Count > 0 ? [Curves(first)] : Array.Empty<XElement>(),
            ]);
    }

    private static XElement Curves(IEnumerable<AutoencoderResult> networks) => Html.Figure(
        "Epoch 0 is the unrolled network as pre-training left it, on all training images; the others are on a sample of them.",
        new LineChart(
            "Error while fine-tuning",
            new("epoch of fine-tuning") { IsWhole = true },
            new("squared error, training images") { IsLogarithmic = true },
            [.. networks.Select(one => new Series(
                $"code of {one.Network.Code} numbers", [new(0, one.Start), .. one.Epochs.Select(epoch => new SeriesPoint(epoch.Epoch, epoch.Train))]))]).ToHtml());

    private static Section Images(AutoencoderResults results, MnistSplit data)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var originals = Reconstructions.OneOfEach(data);
        var strips = new List<(string, XElement)> { Strip("test images", originals) };
        foreach (var (result, components) in results.Components)
        {
            var code = result.Network.Code;
            strips.Add(Strip($"{code} principal components", components.Decode(components.Encode(originals))));
            if (results.Autoencoders.TryGetValue(code, out var autoencoder))
                strips.Add(Strip($"autoencoder, code of {code} numbers", autoencoder.call(originals)));
        }

        return new(
            "Reconstructions",
            Html.Figure("The first test image of each digit, and what comes back from codes of it.", Html.Strips(strips)));

        static (string, XElement) Strip(string name, torch.Tensor images) => (name, Pictures.Digits(images, (int)images.shape[0], $"Digits: {name}"));
    }

    private static Section Map(PrincipalComponents plane, Autoencoder map, MnistSplit data)
    {
        using var scope = torch.NewDisposeScope();
        using var labels = data.TestLabels.cpu();
        (long Digit, long[] Rows)[] digits =
        [
            .. labels.data<long>().ToArray().Index().GroupBy(row => row.Item).OrderBy(group => group.Key)
                .Select(group => (group.Key, group.Take(MostDotsPerDigit).Select(row => (long)row.Index).ToArray())),
        ];
        return new(
            "A map of the digits",
            Html.Paragraph(
                $"A code of two numbers is a place on a map. Dots are test images, up to {MostDotsPerDigit} of each digit; neither map has seen them, or any labels: the colours were added afterwards. "
                + "A digit's name stands where the median of its dots is."),
            Html.SideBySide(
                Chart("Two principal components", "component", plane.Encode),
                Chart("Autoencoder with a code of two numbers", "code", map.Encode)));

        XElement Chart(string title, string name, Func<torch.Tensor, torch.Tensor> encode) => new ScatterChart(
            title,
            new($"{name} 1"),
            new($"{name} 2"),
            [.. digits.Select(digit => new PointSet($"{digit.Digit}", Points(encode(data.TestImages.index_select(0, torch.tensor(digit.Rows).to(data.TestImages.device))))))]).ToHtml();
    }

    private static (double X, double Y)[] Points(torch.Tensor codes)
    {
        using var here = codes.cpu();
        var values = here.data<float>().ToArray();
        return [.. values.Chunk(2).Select(pair => ((double)pair[0], (double)pair[1]))];
    }
}
