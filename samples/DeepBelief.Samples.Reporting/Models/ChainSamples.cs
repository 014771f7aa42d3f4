using System.Xml.Linq;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Models;

/// <summary>Digits that the models make up.</summary>
public static class ChainSamples
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
        using var generator = SeededGenerator.For(digits.device, seed);
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

/// <summary>Gibbs sampling in the top machine of a network, seen as images.</summary>
public static class GibbsChains
{
    /// <summary>What the layers below the top machine make of images: <c>[images, visible units of the top machine]</c>.</summary>
    public static torch.Tensor Up(Dbn dbn, torch.Tensor images)
    {
        using var scope = torch.NewDisposeScope();
        var states = images.alias();
        foreach (var layer in dbn.Layers.SkipLast(1))
            states = layer.HiddenMean(states);
        return states.MoveToOuterDisposeScope();
    }

    /// <summary>The images, as probabilities, that belong to states of the top machine's visible units.</summary>
    public static torch.Tensor Down(Dbn dbn, torch.Tensor states)
    {
        using var scope = torch.NewDisposeScope();
        states = states.alias();
        foreach (var layer in dbn.Layers.SkipLast(1).Reverse())
            states = layer.VisibleMean(states);
        return states.MoveToOuterDisposeScope();
    }

    /// <summary>Runs chains; gives the images after some of the steps, as probabilities <c>[chains, 784]</c>.</summary>
    /// <param name="dbn">The network; an RBM is one of one layer.</param>
    /// <param name="start">Visible states of the top machine, from 0 to 1: <c>[chains, visible]</c>.</param>
    /// <param name="steps">After which steps, ascending, from 1.</param>
    /// <param name="seed">Of the randomness.</param>
    public static IReadOnlyList<torch.Tensor> Run(Dbn dbn, torch.Tensor start, IReadOnlyList<int> steps, int seed)
    {
        var top = dbn.Layers[^1];
        using var generator = SeededGenerator.For(start.device, seed);
        var states = start.clone();
        var images = new List<torch.Tensor>();
        for (var step = 1; step <= steps[^1]; step++)
        {
            using var scope = torch.NewDisposeScope();
            var hidden = top.SampleHidden(states, generator);
            if (steps.Contains(step))
                images.Add(Down(dbn, top.VisibleMean(hidden)).MoveToOuterDisposeScope());
            states.Dispose();
            states = top.SampleVisible(hidden, generator).MoveToOuterDisposeScope();
        }

        states.Dispose();
        return images;
    }
}
