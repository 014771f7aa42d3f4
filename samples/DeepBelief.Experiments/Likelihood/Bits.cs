using DeepBelief.Data;
using DeepBelief.Samples.Data;
using TorchSharp;

namespace DeepBelief.Experiments.Likelihood;

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
    /// <summary>The training and the test images as the experiments on likelihoods measure them; the same every time.</summary>
    public static (torch.Tensor Train, torch.Tensor Test) Of(MnistSplit images, Bits bits) => (Of(images.TrainImages, bits, seed: 1), Of(images.TestImages, bits, seed: 2));

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

/// <summary>
/// Grey images whose bits are drawn anew in every epoch, so that a machine can't learn by heart how they fell. The last rows
/// are left out of an epoch where they don't fill a batch.
/// </summary>
/// <param name="images">Values from 0 to 1, <c>[rows, 784]</c>; lent.</param>
/// <param name="batchSize">Rows of a batch.</param>
/// <param name="seed">Of the order and the bits.</param>
internal sealed class RedrawnBits(torch.Tensor images, int batchSize, int seed) : IBatchSource, IDisposable
{
    private torch.Tensor? order;
    private int orderedFor;

    public int Batches { get; } = (int)(images.shape[0] / batchSize);

    public torch.Tensor Read(int epoch, int batch)
    {
        if (order is null || orderedFor != epoch)
        {
            order?.Dispose();
            using var shuffle = Generator(epoch, 0);
            order = torch.randperm(images.shape[0], torch.ScalarType.Int64, generator: shuffle).to(images.device).DetachFromDisposeScope();
            orderedFor = epoch;
        }

        using var scope = torch.NewDisposeScope();
        var grey = images.index_select(0, order.narrow(0, (long)(batch - 1) * batchSize, batchSize));
        // A generator for each batch, so that one can be read without those before it.
        using var generator = Generator(epoch, batch);
        return torch.rand(grey.shape, generator: generator).to(grey.device).lt(grey).to(grey.dtype).MoveToOuterDisposeScope();
    }

    public void Dispose() => order?.Dispose();

    // Seeds of torch's generator have 32 bits. Epoch and batch have their own of them; the run's seed is spread over all.
    private torch.Generator Generator(int epoch, int batch) => new(((uint)seed * 2_654_435_761u) ^ ((uint)epoch << 20) ^ (uint)batch);
}
