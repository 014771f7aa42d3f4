using DeepBelief.Data;

namespace DeepBelief.Tests.Support;

/// <summary>A source whose batches a function gives, by epoch and batch.</summary>
internal sealed class Given(int batches, Func<int, int, Tensor> read) : IBatchSource
{
    public int Batches => batches;

    public Tensor Read(int epoch, int batch) => read(epoch, batch);

    /// <summary>Slices of rows, of so many each, in order.</summary>
    public static Given Slices(Tensor rows, int size) => new((int)rows.shape[0] / size, (_, batch) => rows.narrow(0, size * (batch - 1), size));
}
