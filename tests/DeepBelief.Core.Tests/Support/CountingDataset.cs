namespace DeepBelief.Tests.Support;

/// <summary>A map-style data set over rows and labels, which counts how often each item is read.</summary>
internal sealed class CountingDataset(Tensor rows, Tensor? labels = null) : torch.utils.data.Dataset
{
    private readonly int[] reads = new int[rows.shape[0]];

    /// <summary>Throws from this item on; null for never.</summary>
    public long? Broken { get; set; }

    public IReadOnlyList<int> Reads => reads;

    public bool IsDisposed { get; private set; }

    public override long Count => rows.shape[0];

    public override Dictionary<string, Tensor> GetTensor(long index)
    {
        if (index >= Broken)
            throw new InvalidDataException($"item {index}");
        _ = Interlocked.Increment(ref reads[index]);
        var item = new Dictionary<string, Tensor> { ["data"] = rows.select(0, index).clone() };
        if (labels is not null)
            item["label"] = labels.select(0, index).clone();
        return item;
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
