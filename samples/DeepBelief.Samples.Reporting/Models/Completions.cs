using System.Xml.Linq;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Models;

/// <summary>Images of which the model sees the upper half, and makes up the lower.</summary>
public static class Completions
{
    private const int Steps = 300;
    private const int Tries = 3;

    /// <param name="model">An RBM on the pixels.</param>
    /// <param name="data">For its test images.</param>
    /// <param name="seed">Of the randomness.</param>
    public static Section Create(NamedDbn model, MnistSplit data, int seed)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var rbm = model.Dbn.Layers[0];
        var originals = Reconstructions.OneOfEach(data);
        var digits = (int)originals.shape[0];
        var isGiven = (torch.arange(rbm.VisibleSize, device: originals.device) < rbm.VisibleSize / 2).expand(digits, -1);
        using var generator = SeededGenerator.For(originals.device, seed);
        var nothing = torch.full_like(originals, float.NaN);
        // All tries at once: the weights are read once for all.
        var tries = Complete(rbm, originals.repeat(Tries, 1), isGiven.repeat(Tries, 1), generator);
        (string, XElement)[] strips =
        [
            ("test images", Pictures.Digits(originals, digits, "Test images")),
            ("what is given", Pictures.Digits(torch.where(isGiven, originals, nothing), digits, "Their upper halves")),
            .. Enumerable.Range(0, Tries).Select(i => (
                $"completion {i + 1}", Pictures.Digits(tries.narrow(0, i * digits, digits), digits, $"Completion {i + 1}"))),
        ];
        return new(
            "Completions",
            Html.Figure(
                $"The {model.Name} is given the upper half of each image. The lower half starts as noise and is sampled again in each of "
                + $"{Steps} Gibbs steps, while the upper half is held; shown are its probabilities after the last. Three tries differ in "
                + "their random numbers only.",
                Html.Strips(strips)));
    }

    /// <summary>The images, with probabilities where they were not given: <c>[images, 784]</c>.</summary>
    public static torch.Tensor Complete(Rbm rbm, torch.Tensor images, torch.Tensor isGiven, torch.Generator? generator, int steps = Steps)
    {
        using var scope = torch.NewDisposeScope();
        var start = torch.rand(images.shape, device: images.device, generator: generator).round();
        var states = torch.where(isGiven, images, start);
        for (var step = 1; step < steps; step++)
        {
            using var inner = torch.NewDisposeScope();
            var next = torch.where(isGiven, images, rbm.SampleVisible(rbm.SampleHidden(states, generator), generator));
            states.Dispose();
            states = next.MoveToOuterDisposeScope();
        }

        return torch.where(isGiven, images, rbm.VisibleMean(rbm.SampleHidden(states, generator))).MoveToOuterDisposeScope();
    }
}
