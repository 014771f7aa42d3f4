namespace DeepBelief.Sampling;

/// <summary>Counts the first updates of a run, in which persistent chains restart at rows of the batch.</summary>
internal sealed class ChainWarmUp(int length)
{
    /// <summary>The number of updates so far, up to the length: state of the sampler, which owns it.</summary>
    public Tensor Updates { get; } = torch.zeros(1, ScalarType.Int64, torch.CPU).DetachFromDisposeScope();

    /// <summary>Counts an update; true if the chains are to restart in it.</summary>
    public bool Next()
    {
        var count = Updates.item<long>();
        if (count >= length)
            return false;
        _ = Updates.Add(1L);
        return true;
    }

    /// <summary>The numbers of the rows of a batch at which the chains restart, <c>[chains]</c>.</summary>
    public static Tensor Rows(long chains, Tensor batch, Generator? generator)
        => torch.randint(0L, batch.shape[0], [chains], ScalarType.Int64, batch.device, generator: generator);
}
