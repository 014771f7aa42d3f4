using DeepBelief.Data;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

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

        var grey = images.index_select(0, order.narrow(0, (long)(batch - 1) * batchSize, batchSize));
        // A generator for each batch, so that one can be read without those before it.
        using var generator = Generator(epoch, batch);
        return torch.rand(grey.shape, generator: generator).to(grey.device).lt(grey).to(grey.dtype);
    }

    public void Dispose() => order?.Dispose();

    // Seeds of torch's generator have 32 bits. Epoch and batch have their own of them; the run's seed is spread over all.
    private torch.Generator Generator(int epoch, int batch) => new(((uint)seed * 2_654_435_761u) ^ ((uint)epoch << 20) ^ (uint)batch);
}
