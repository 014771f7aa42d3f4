namespace DeepBelief.Training;

/// <summary>Rows of data, with their labels where there are any.</summary>
/// <param name="Rows"><c>[rows, ..]</c>.</param>
/// <param name="Labels">The class of each, <c>[rows]</c>, <c>int64</c>; null where rows have none.</param>
internal readonly record struct Batch(Tensor Rows, Tensor? Labels = null)
{
    public long Count => Rows.shape[0];

    /// <summary>Some of the rows, by their numbers.</summary>
    public Batch Select(Tensor numbers) => new(Rows.index_select(0, numbers), Labels?.index_select(0, numbers));

    /// <summary>The first rows, or as many as there are, in an order drawn once; of fewer rows than wanted, all.</summary>
    /// <returns>Tensors of their own, outside the current dispose scope.</returns>
    public Batch Draw(int? count, Generator generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var drawn = count is not { } wanted || Count <= wanted
            ? new Batch(Rows.alias(), Labels?.alias())
            : Select(torch.randperm(Count, ScalarType.Int64, torch.CPU, generator: generator).narrow(0, 0, wanted).to(Rows.device));
        return drawn.Detach();
    }

    /// <summary>The same tensors, outside the current dispose scope.</summary>
    public Batch Detach()
    {
        _ = Rows.DetachFromDisposeScope();
        _ = Labels?.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        Rows.Dispose();
        Labels?.Dispose();
    }
}
