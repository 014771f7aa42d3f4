using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Sampling;
using TorchSharp;

namespace DeepBelief.Experiments.ClassificationRbms;

/// <summary>Digits that machines draw when they are told which.</summary>
internal static class ClassSamples
{
    private const int Chains = 10;
    private const int Steps = 500;

    public static Section Create(IReadOnlyList<(string Name, ClassificationRbm Machine)> machines, MnistSplit data, int seed)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return new(
            "Digits on demand",
            Html.Paragraph(
                $"Each row is a class. The label is held while the pixels, which begin as noise, are drawn again in each of {Numbers.Whole(Steps)} "
                + "Gibbs steps; shown are their probabilities after the last. The more training cared for images, the better they are. "
                + "Training by a step or two of contrastive divergence never sees where long chains end: some find shapes that no image has, such as an empty square."),
            Html.SideBySide(machines.Select(one => Html.Figure(
                $"The {one.Name} machine: 0 to 9 from top to bottom, {Chains} chains of each.",
                Pictures.Digits(Draw(one.Machine, data.TestImages.device, seed), Chains, $"Digits drawn by the {one.Name} machine")))));
    }

    /// <summary>Probabilities of the pixels, <c>[classes · chains, pixels]</c>, class by class.</summary>
    public static torch.Tensor Draw(ClassificationRbm machine, torch.Device device, int seed, int chains = Chains, int steps = Steps)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = SeededGenerator.For(device, seed);
        var (rbm, pixels) = (machine.Joint, machine.VisibleSize);
        var labels = (torch.arange(chains * machine.Classes, torch.ScalarType.Int64, device) / chains).floor().to(torch.ScalarType.Int64);
        var noise = torch.rand([labels.shape[0], pixels], device: device, generator: generator).round();
        var isLabel = torch.arange(rbm.VisibleSize, device: device).ge(pixels).unsqueeze(0);
        var states = MarkovChain.RunClamped(rbm, machine.Join(noise, labels), isLabel, steps, generator);
        return rbm.VisibleMean(rbm.SampleHidden(states, generator)).narrow(1, 0, pixels).MoveToOuterDisposeScope();
    }
}
