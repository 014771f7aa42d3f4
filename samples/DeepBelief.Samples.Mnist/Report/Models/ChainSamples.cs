using System.Xml.Linq;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Report.Models;

/// <summary>Digits that the models make up.</summary>
internal static class ChainSamples
{
    private const int Chains = 12;
    private const int Columns = 3;
    private static readonly int[] Steps = [1, 10, 100, 1000];

    public static Section Create(IReadOnlyList<NamedDbn> models, MnistSplit data, int seed)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return new(
            "Samples",
            [
                Html.Paragraph(
                    "A chain goes to and fro between the visible and the hidden units of the top machine, switching each unit on with the "
                    + "probability that it has given the others. What is shown are the probabilities of the pixels at the end. From "
                    + "test images, a good model changes one digit into another; from noise, it finds digits. Models trained with one "
                    + "step of contrastive divergence are not made for long chains, and tend to end in a few shapes that they like."),
                .. models.SelectMany(model => Figures(model, data, seed)),
            ]);
    }

    private static XElement[] Figures(NamedDbn model, MnistSplit data, int seed)
    {
        var digits = data.TestImages.narrow(0, 0, Math.Min(Chains, data.TestImages.shape[0]));
        var fromDigits = GibbsChains.Up(model.Dbn, digits);
        using var generator = new torch.Generator((ulong)(uint)seed, digits.device);
        var noise = torch.rand(Chains, model.Dbn.Layers[^1].VisibleSize, device: digits.device, generator: generator).round();
        // All chains at once: the weights are read once for both starts.
        var both = torch.cat([fromDigits, noise], 0);
        var images = GibbsChains.Run(model.Dbn, both, Steps, seed).Prepend(GibbsChains.Down(model.Dbn, both)).ToArray();
        string[] labels = ["start", .. Steps.Select(step => step == 1 ? "1 step" : $"{Numbers.Whole(step)} steps")];
        return
        [
            Figure($"{model.Name}, chains that begin at test images.", image => image.narrow(0, 0, digits.shape[0])),
            Figure($"{model.Name}, chains that begin at noise.", image => image.narrow(0, digits.shape[0], Chains)),
        ];

        XElement Figure(string caption, Func<torch.Tensor, torch.Tensor> part) => Html.Figure(
            caption, Html.Panels(labels.Zip(images, (label, image) => (label, Pictures.Digits(part(image), Columns, $"{caption} {label}")))));
    }
}
