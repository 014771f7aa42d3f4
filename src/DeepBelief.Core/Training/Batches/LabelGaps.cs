namespace DeepBelief.Training;

/// <summary>The labels of rows of which some have none, -1.</summary>
internal sealed class LabelGaps
{
    private readonly Tensor labels;

    public LabelGaps(Tensor labels)
    {
        this.labels = labels;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Any = labels.IsBelow(0).any().item<bool>();
    }

    /// <summary>True if some rows have no label.</summary>
    public bool Any { get; }

    /// <summary>The numbers of the rows with a label, in the current dispose scope.</summary>
    public Tensor Known => labels.IsAbove(-1).nonzero().squeeze(1);

    /// <summary>Draws some of the rows with a label, as <see cref="Batch.Draw"/> does; <paramref name="all"/> has the rows of these labels.</summary>
    public Batch Draw(BatchReader all, int count, Generator generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // By their numbers, as a selection of them all would copy the data.
        var known = Known;
        var numbers = new Batch(known, Weights: all.Marks.Weights?.index_select(0, known)).Draw(count, generator);
        return all.Select(numbers.Rows).MoveToOuterDisposeScope();
    }

    /// <summary>The number of rows for each that has a label, counted by their weights.</summary>
    public double RowsPerLabel(Tensor? weights)
    {
        if (!Any)
            return 1;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var counts = weights?.to(ScalarType.Float64) ?? torch.ones(labels.shape, ScalarType.Float64, labels.device);
        return (counts.sum() / counts.index_select(0, Known).sum()).Number();
    }

    /// <summary>Returns labels with those of random rows in place of the missing ones, as frequent as the known ones are.</summary>
    /// <param name="some">Labels of some of the rows, <c>[some]</c>.</param>
    /// <param name="generator">A generator on the CPU.</param>
    public Tensor Fill(Tensor some, Generator generator)
    {
        if (!Any)
            return some.alias();
        using var scope = torch.NewDisposeScope();
        var known = labels.index_select(0, Known);
        var drawn = torch.randint(0L, known.shape[0], new long[] { some.shape[0] }, ScalarType.Int64, torch.CPU, generator: generator).to(labels.device);
        return torch.where(some.IsBelow(0), known.index_select(0, drawn), some).MoveToOuterDisposeScope();
    }

    /// <summary>Throws if no row that counts has a label.</summary>
    public static void CheckKnown(Tensor labels, Tensor? weights)
    {
        using var scope = torch.NewDisposeScope();
        var count = labels.IsAbove(-1);
        if (weights is not null)
            count = count.logical_and(weights.IsAbove(0));
        if (!count.any().item<bool>())
            throw new ArgumentException($"Expected at least one row with a label{(weights is null ? string.Empty : " and a weight above 0")}, found none. A model without labels learns from such rows.", nameof(labels));
    }

    /// <summary>Returns the weights of rows, 0 of those without a label.</summary>
    public static Tensor Weights(Tensor labels, Tensor? weights, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var known = labels.IsAbove(-1).to(dtype);
        return (weights is null ? known : known * weights).MoveToOuterDisposeScope();
    }
}
