namespace DeepBelief.Sampling;

/// <summary>
/// The tensors that an update of a <see cref="LayeredSampler"/> works in, made once: those of data and of chains lie one
/// above the other. A smaller batch, as the last of an epoch may be, takes their first rows.
/// </summary>
internal sealed class LayeredBuffers : IDisposable
{
    private readonly long capacity;
    private readonly Tensor? chains;
    private readonly Tensor visible;
    private readonly Tensor hiddenMeans;
    private readonly Tensor hiddenInputs;
    private readonly Tensor? hiddenStates;
    private readonly List<Tensor> views = [];
    private long batch;

    /// <summary>Makes the tensors.</summary>
    /// <param name="model">The model.</param>
    /// <param name="capacity">Rows of the largest batch.</param>
    /// <param name="chains">Hidden states of persistent chains, which stay the caller's; null where chains start at the batch.</param>
    public LayeredBuffers(ILayeredModel model, long capacity, Tensor? chains)
    {
        this.capacity = capacity;
        this.chains = chains;
        var count = chains is null ? capacity : chains.size(0);
        var (visibleSize, hiddenSize) = (model.Visible.Size, model.Hidden.Size);
        visible = Empty(capacity + count, visibleSize);
        hiddenMeans = Empty(capacity + count, hiddenSize);
        hiddenInputs = Empty(capacity + count, hiddenSize);
        hiddenStates = chains is null ? Empty(count, hiddenSize) : null;
        Resize(capacity);

        Tensor Empty(long rows, long columns)
            => torch.empty(rows, columns, model.Weight.dtype, model.Weight.device).DetachFromDisposeScope();
    }

    /// <summary>v of data and chains, <c>[batch + chains, visible]</c>.</summary>
    public Tensor Visible { get; private set; } = null!;

    /// <summary>The same, turned: <c>[visible, batch + chains]</c>.</summary>
    public Tensor VisibleTransposed { get; private set; } = null!;

    /// <summary>The weight of each row in a gradient, <c>[batch + chains]</c>: 1 / batch for the data, -1 / chains for the chains.</summary>
    public Tensor RowWeights { get; private set; } = null!;

    /// <summary>v of the data: the first rows of <see cref="Visible"/>.</summary>
    public Tensor Data { get; private set; } = null!;

    /// <summary>v of the chains, and before that what they are drawn from: the other rows of <see cref="Visible"/>.</summary>
    public Tensor Samples { get; private set; } = null!;

    /// <summary>E[h | v] of data and chains, <c>[batch + chains, hidden]</c>.</summary>
    public Tensor HiddenMeans { get; private set; } = null!;

    /// <summary>The same, turned: <c>[hidden, batch + chains]</c>.</summary>
    public Tensor HiddenMeansTransposed { get; private set; } = null!;

    /// <summary>E[h | v] of the data.</summary>
    public Tensor DataMeans { get; private set; } = null!;

    /// <summary>E[h | v] of the chains.</summary>
    public Tensor SamplesMeans { get; private set; } = null!;

    /// <summary>What v sends to the hidden units, <c>[batch + chains, hidden]</c>.</summary>
    public Tensor HiddenInputs { get; private set; } = null!;

    /// <summary>What the data sends to them.</summary>
    public Tensor DataInputs { get; private set; } = null!;

    /// <summary>What the chains send to them, <c>[chains, hidden]</c>.</summary>
    public Tensor SamplesInputs { get; private set; } = null!;

    /// <summary>h of the chains, <c>[chains, hidden]</c>.</summary>
    public Tensor HiddenStates { get; private set; } = null!;

    /// <summary>Whether there is room for a batch of so many rows.</summary>
    public bool Fits(long rows) => rows <= capacity;

    /// <summary>Makes the views those of a batch of so many rows, not more than there is room for.</summary>
    public void Resize(long rows)
    {
        if (rows == batch)
            return;
        ClearViews();
        batch = rows;
        var count = chains is null ? rows : chains.size(0);
        Visible = First(visible, rows + count);
        VisibleTransposed = Keep(Visible.t());
        RowWeights = Keep(torch.cat([Weight(rows, 1.0 / rows), Weight(count, -1.0 / count)]));
        Data = First(visible, rows);
        Samples = View(visible, rows, count);
        HiddenMeans = First(hiddenMeans, rows + count);
        HiddenMeansTransposed = Keep(HiddenMeans.t());
        DataMeans = First(hiddenMeans, rows);
        SamplesMeans = View(hiddenMeans, rows, count);
        HiddenInputs = First(hiddenInputs, rows + count);
        DataInputs = First(hiddenInputs, rows);
        SamplesInputs = View(hiddenInputs, rows, count);
        HiddenStates = chains ?? First(hiddenStates!, count);
    }

    public void Dispose()
    {
        ClearViews();
        visible.Dispose();
        hiddenMeans.Dispose();
        hiddenInputs.Dispose();
        hiddenStates?.Dispose();
    }

    private Tensor Weight(long rows, double each) => torch.empty(rows, visible.dtype, visible.device).Fill(each);

    private Tensor First(Tensor tensor, long rows) => View(tensor, 0, rows);

    private Tensor View(Tensor tensor, long start, long rows) => Keep(tensor.narrow(0, start, rows));

    private Tensor Keep(Tensor view)
    {
        views.Add(view.DetachFromDisposeScope());
        return view;
    }

    private void ClearViews()
    {
        foreach (var view in views)
            view.Dispose();
        views.Clear();
    }
}
