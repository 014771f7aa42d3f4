using TorchSharp;

namespace DeepBelief.Samples.Mnist.Report.Models;

/// <summary>Gibbs sampling in the top machine of a network, seen as images.</summary>
internal static class GibbsChains
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
        using var generator = new torch.Generator((ulong)(uint)seed, start.device);
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
