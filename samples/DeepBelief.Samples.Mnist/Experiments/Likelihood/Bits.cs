using TorchSharp;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>How grey pixels become bits. Figures of one way do not compare with those of another.</summary>
internal enum Bits
{
    /// <summary>A pixel is on with the probability that its grey value says: drawn once for what is measured, anew in every epoch to learn from.</summary>
    Drawn,

    /// <summary>On from a half.</summary>
    Threshold,
}

/// <summary>Grey images as bits.</summary>
internal static class BitImages
{
    /// <summary>Zeros and ones of grey images; the same every time.</summary>
    /// <param name="images">Values from 0 to 1, <c>[rows, 784]</c>.</param>
    /// <param name="bits">How.</param>
    /// <param name="seed">Of what is drawn: another one for each set of images.</param>
    public static torch.Tensor Of(torch.Tensor images, Bits bits, ulong seed)
    {
        using var scope = torch.NewDisposeScope();
        if (bits == Bits.Threshold)
            return images.ge(0.5).to(images.dtype).MoveToOuterDisposeScope();
        using var generator = new torch.Generator(seed);
        var levels = torch.rand(images.shape, generator: generator).to(images.device);
        return levels.lt(images).to(images.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>For tables.</summary>
    public static string Name(Bits bits) => bits == Bits.Drawn ? "drawn" : "from ½";
}
