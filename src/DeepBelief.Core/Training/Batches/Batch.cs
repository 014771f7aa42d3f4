using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Rows of data and, optionally, their labels and weights.</summary>
/// <param name="Rows"><c>[rows, ..]</c>.</param>
/// <param name="Labels">What is to be predicted of each row: of a classifier, classes, <c>[rows]</c>, <c>int64</c>; null for unlabelled rows.</param>
/// <param name="Weights">How much each row counts, <c>[rows]</c>; null if all count alike.</param>
internal readonly record struct Batch(Tensor Rows, Tensor? Labels = null, Tensor? Weights = null)
{
    public long Count => Rows.shape[0];

    /// <summary>Returns the rows with the given numbers.</summary>
    public Batch Select(Tensor numbers) => new(Rows.index_select(0, numbers), Labels?.index_select(0, numbers), Weights?.index_select(0, numbers));

    /// <summary>Returns so many rows from one on, without copying.</summary>
    public Batch Narrow(long start, long count) => new(Rows.narrow(0, start, count), Labels?.narrow(0, start, count), Weights?.narrow(0, start, count));

    /// <summary>
    /// Draws <paramref name="count"/> rows at random, or fewer if most have a weight of 0; returns all rows, in order, if there are
    /// no more or count is null.
    /// </summary>
    /// <returns>New tensors.</returns>
    public Batch Draw(int? count, Generator generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var drawn = count is not { } wanted || Count <= wanted
            ? new Batch(Rows.alias(), Labels?.alias(), Weights?.alias())
            : Select(Numbers(Count, Weights, wanted, Rows.device, generator));
        return drawn.MoveToOuterDisposeScope();
    }

    /// <summary>Draws the numbers of some of so many rows, int64, <c>[wanted]</c>, or fewer if most have a weight of 0.</summary>
    public static Tensor Numbers(long rows, Tensor? weights, long wanted, Device device, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var numbers = torch.randperm(rows, ScalarType.Int64, torch.CPU, generator: generator).to(device);
        if (weights is not null)
            numbers = numbers.masked_select(weights.index_select(0, numbers).IsAbove(0));
        return numbers.narrow(0, 0, Math.Min(wanted, numbers.shape[0])).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the rows without the graph of the computation they come from, which training must not differentiate.</summary>
    public Batch WithoutGraph() => Rows.requires_grad ? this with { Rows = Rows.detach() } : this;

    /// <summary>Moves the tensors to the outer dispose scope.</summary>
    public Batch MoveToOuterDisposeScope()
    {
        _ = Rows.MoveToOuterDisposeScope();
        _ = Labels?.MoveToOuterDisposeScope();
        _ = Weights?.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>Detaches the tensors from the current dispose scope.</summary>
    public Batch Detach()
    {
        _ = Rows.DetachFromDisposeScope();
        _ = Labels?.DetachFromDisposeScope();
        _ = Weights?.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        Rows.Dispose();
        Labels?.Dispose();
        Weights?.Dispose();
    }
}
