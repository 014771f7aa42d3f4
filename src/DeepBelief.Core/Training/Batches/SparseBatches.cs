using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Rows of a sparse tensor, made dense batch by batch.</summary>
internal sealed class SparseBatches : ShuffledBatches
{
    // Of the dense overview, which has fewer rows where they are long: 64 MiB of float32.
    private const long OverviewElements = 1L << 24;
    private const long OverviewRows = 1000;

    private readonly SparseRows rows;
    private readonly Tensor? labels;
    private readonly Tensor? weights;

    /// <param name="rows">The rows, owned by the reader.</param>
    /// <param name="labels">What is to be predicted of each row, owned by the reader; null for unlabelled rows.</param>
    /// <param name="weights">How much each row counts, owned by the reader; null if all count alike.</param>
    /// <param name="options">Provides the seed and the batch size.</param>
    /// <param name="stream">The stream of random numbers that orders the rows.</param>
    public SparseBatches(SparseRows rows, Tensor? labels, Tensor? weights, OptimizationOptions options, int stream)
        : base(rows.Count, weights, rows.Device, options, stream)
    {
        (this.rows, this.labels, this.weights) = (rows, labels, weights);
        using var scope = torch.NewDisposeScope();
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        var count = Math.Clamp(OverviewElements / rows.Columns, 1, Math.Min(OverviewRows, rows.Count));
        var numbers = Batch.Numbers(rows.Count, weights, count, rows.Device, generator);
        Overview = Select(numbers).Detach();
    }

    public override Batch Overview { get; }

    public override (Tensor? Labels, Tensor? Weights) Marks => (labels, weights);

    public override Batch Select(Tensor numbers) => new(rows.Read(numbers), labels?.index_select(0, numbers), weights?.index_select(0, numbers));

    public override Batch Draw(int count, Generator generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var numbers = new Batch(Arithmetic.Range(0, rows.Count, rows.Device), Weights: weights).Draw(count, generator);
        return Select(numbers.Rows).MoveToOuterDisposeScope();
    }

    public override Tensor TypicalRows(MissingValues missing, bool areSpread)
    {
        using var scope = torch.NewDisposeScope();
        var (values, squares, counts) = rows.Sums(weights);
        var means = (values / counts).nan_to_num(0);
        var variances = (squares / counts).nan_to_num(0) - means.Squared();
        return new DataMoments(means, variances.AtLeast(0)).ToRows(Overview.Rows, areSpread).MoveToOuterDisposeScope();
    }

    public override Batch Read(int batch) => Select(Numbers(batch));

    public override void Read(int batch, Func<long, Tensor> target)
    {
        using var scope = torch.NewDisposeScope();
        var numbers = Numbers(batch);
        rows.Read(numbers, target(numbers.shape[0]));
    }

    protected override void DisposeRows()
    {
        Overview.Dispose();
        labels?.Dispose();
        weights?.Dispose();
        rows.Dispose();
    }
}
