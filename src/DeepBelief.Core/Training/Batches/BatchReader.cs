namespace DeepBelief.Training;

/// <summary>Reads the training rows of a run, batch by batch.</summary>
internal abstract class BatchReader : IDisposable
{
    private const long BlockRows = 1000;

    /// <summary>Number of batches per epoch.</summary>
    public abstract int Batches { get; }

    /// <summary>Number of rows; of a source, as its first batches have them.</summary>
    public abstract long Rows { get; }

    /// <summary>A sample of the rows: initializes models and chains, and identifies the data in checkpoints.</summary>
    public abstract Batch Overview { get; }

    /// <summary>The labels and weights of all rows at hand, for a source those of the overview; null for none.</summary>
    public virtual (Tensor? Labels, Tensor? Weights) Marks => (Overview.Labels, Overview.Weights);

    /// <summary>Returns those rows at hand that have the given numbers, in the current dispose scope.</summary>
    public virtual Batch Select(Tensor numbers) => Overview.Select(numbers);

    /// <summary>Draws rows at hand, as <see cref="Batch.Draw"/> does.</summary>
    public virtual Batch Draw(int count, Generator generator) => Overview.Draw(count, generator);

    /// <summary>
    /// Returns rows to initialize a model from: the overview or, if that does not show them, as there are weights or missing
    /// values, rows with the means and variances of the data.
    /// </summary>
    /// <param name="missing">What NaN in the rows means.</param>
    /// <param name="areSpread">
    /// False for rows without the variances, which are within the range of the data, as models and units of a user's own may need it.
    /// </param>
    public virtual Tensor TypicalRows(MissingValues missing, bool areSpread)
    {
        if (missing == MissingValues.Reject && Overview.Weights is null)
            return Overview.Rows.alias();
        using var scope = torch.NewDisposeScope();
        return DataMoments.Of(Overview.Rows.split(BlockRows), Overview.Weights?.split(BlockRows)).ToRows(Overview.Rows, areSpread).MoveToOuterDisposeScope();
    }

    /// <summary>A sample of the unlabelled rows beside the others, or all of them; null, the default, for none.</summary>
    public virtual Tensor? UnlabelledOverview => null;

    /// <summary>The part of the rows of the batch read last that this rank of a group has, 0 if they are of another's share; 1 without a group.</summary>
    public virtual double Share => 1;

    /// <summary>Returns the weights of the rows of a batch, <c>[rows]</c>, numbered from 1; null if all count alike.</summary>
    public virtual Tensor? Weights(int batch) => null;

    /// <summary>The generators in use, by name.</summary>
    public abstract IReadOnlyDictionary<string, Generator> Generators { get; }

    /// <summary>Prepares the order of the rows for an epoch.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    public abstract void BeginEpoch(int epoch);

    /// <summary>Reads a batch, numbered from 1, into the current dispose scope.</summary>
    public abstract Batch Read(int batch);

    /// <summary>Copies the rows of a batch, numbered from 1, to the tensor that <paramref name="target"/> returns for their number.</summary>
    public abstract void Read(int batch, Func<long, Tensor> target);

    /// <summary>Reads the unlabelled rows that go with a batch, numbered from 1, into the current dispose scope. Default: null, for none.</summary>
    public virtual Tensor? ReadUnlabelled(int batch) => null;

    public abstract void Dispose();
}
