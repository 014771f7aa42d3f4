using DeepBelief.Samples.Data;
using TorchSharp;

namespace DeepBelief.Tests.MnistProgram;

/// <summary>MNIST in small: every digit is a band of bright pixels at a place of its own, with noise all over.</summary>
internal static class TinyImages
{
    /// <summary>Both splits: 120 images to train, 60 to test; 40 held out in the original's.</summary>
    public static MnistData Create() => new(() => Split(seed: 1, heldOut: true), () => Split(seed: 2, heldOut: false));

    private static MnistSplit Split(ulong seed, bool heldOut)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(seed);
        var (train, trainLabels) = Images(120);
        var (test, testLabels) = Images(60);
        return new MnistSplit(train, trainLabels, test, testLabels, heldOut ? Images(40).Images : null);

        (torch.Tensor Images, torch.Tensor Labels) Images(long count)
        {
            var labels = torch.arange(count, torch.ScalarType.Int64).remainder(10);
            var places = (torch.arange(784, torch.ScalarType.Int64) / 79).floor().to(torch.ScalarType.Int64);
            var bright = places.unsqueeze(0).eq(labels.unsqueeze(1)).to(torch.ScalarType.Float32);
            var noise = torch.rand(new long[] { count, 784 }, generator: generator);
            return ((bright * 0.6 + noise * 0.4).DetachFromDisposeScope(), labels.DetachFromDisposeScope());
        }
    }
}
