using DeepBelief.Tensors;
using TorchSharp.Modules;

namespace DeepBelief.Data;

/// <summary>Makes batch sources, which all <c>Fit</c> methods take, of TorchSharp's data loaders and data sets, and of sequences.</summary>
/// <remarks>
/// <para>Every row is read once an epoch, by each layer of a <c>Dbn</c> that trains on it, and nothing is read ahead of training but the
/// batches that it looks at first, which it keeps: 1000 rows, or <c>EvaluationRows</c> if that is more. Several runs may use a source, one
/// after the other or at once; each reads for itself.</para>
/// <para>Who disposes: the caller, loaders and data sets, after training. Their batches stay theirs: the run copies none, disposes what
/// it makes of them, and leaves a sequence or loader amid an epoch that ends early. An exception of a data set, or of a sequence, ends
/// the run as it was thrown, of a loader within its <see cref="AggregateException"/>; the model keeps its parameters.</para>
/// <para>A run that is to go on from a checkpoint bit for bit needs the same rows in the same order in every epoch of a number: rows in order,
/// or an order that a seed makes.</para>
/// </remarks>
/// <example><code>
/// using var loader = torch.utils.data.DataLoader(dataset, batchSize: 100, shuffle: true, seed: 1);
/// rbm.Fit(loader.ToBatchSource(batch => batch["data"].flatten(1)), new() { Epochs = 5 });
/// net.FitClassifier(loader.ToBatchSource(batch => (batch["data"].flatten(1), batch["label"])), new() { Epochs = 5 });
/// </code></example>
public static class BatchSources
{
    private const string OfLoader = "A loader counts the rows of its data set: say how many batches there are, if its shuffler gives more or fewer.";
    private const string OfSequence = "Say how many rows there are.";

    /// <summary>Makes a source of a data loader's batches.</summary>
    /// <remarks>The loader decides on batch size, order, device and workers; its order is the same in every epoch if it shuffles by a seed.</remarks>
    /// <typeparam name="T">An item of the loader's data set.</typeparam>
    /// <typeparam name="TBatch">A batch of the loader.</typeparam>
    /// <param name="loader">The loader, which the caller disposes after training.</param>
    /// <param name="rows">
    /// Returns the rows of a batch, <c>[rows, visible]</c>, of the model's element type and on its device: a tensor of the batch, or one made of
    /// it, which the run disposes.
    /// </param>
    /// <param name="batches">Batches per epoch, 1 or more; null for the loader's <c>Count</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of batches is less than 1.</exception>
    public static IBatchSource ToBatchSource<T, TBatch>(this DataLoader<T, TBatch> loader, Func<TBatch, Tensor> rows, int? batches = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new SequentialRows<TBatch>(Count(loader, batches), _ => loader, (batch, _, _) => Own(() => rows(batch)), OfLoader);
    }

    /// <summary>Makes a source of labelled rows of a data loader's batches.</summary>
    /// <typeparam name="T">An item of the loader's data set.</typeparam>
    /// <typeparam name="TBatch">A batch of the loader.</typeparam>
    /// <param name="loader">The loader, which the caller disposes after training.</param>
    /// <param name="rows">
    /// Returns the rows of a batch, <c>[rows, inputs]</c>, of the model's element type, and their classes, <c>[rows]</c>, <c>int64</c>, or
    /// targets, <c>[rows, ..]</c>, on the model's device: tensors of the batch, or such as are made of it, which the run disposes.
    /// </param>
    /// <param name="batches">Batches per epoch, 1 or more; null for the loader's <c>Count</c>.</param>
    /// <inheritdoc cref="ToBatchSource{T, TBatch}(DataLoader{T, TBatch}, Func{TBatch, Tensor}, int?)" path="/remarks|/exception"/>
    public static ILabelledBatchSource ToBatchSource<T, TBatch>(this DataLoader<T, TBatch> loader, Func<TBatch, (Tensor Inputs, Tensor Labels)> rows, int? batches = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new SequentialLabelledRows<TBatch>(Count(loader, batches), _ => loader, (batch, _, _) => Own(() => rows(batch)), OfLoader);
    }

    /// <summary>Makes a source of a data set, whose items become the rows of batches.</summary>
    /// <typeparam name="T">An item of the data set.</typeparam>
    /// <param name="dataset">The data set, which the caller disposes after training.</param>
    /// <param name="batchSize">Rows in a batch, 1 or more; the last batch of an epoch may have fewer.</param>
    /// <param name="row">
    /// Returns the row of an item, <c>[visible]</c>, of the model's element type: a tensor of the item, or one made of it. Called on the
    /// thread that trains, after a batch's items have been read.
    /// </param>
    /// <param name="seed">Seeds the order of the rows, another one in each epoch; null reads them in their own order.</param>
    /// <param name="device">Device of the batches; null for the CPU.</param>
    /// <param name="workers">Threads that read items, 1 or more. With more than one, the data set must be thread-safe.</param>
    /// <exception cref="ArgumentException">The data set is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public static IBatchSource ToBatchSource<T>(
        this torch.utils.data.Dataset<T> dataset, int batchSize, Func<T, Tensor> row, long? seed = null, Device? device = null, int workers = 1)
    {
        ArgumentNullException.ThrowIfNull(row);
        var batches = Count(dataset, batchSize, workers);
        return new SequentialRows<Tensor>(
            batches,
            epoch => Loader(dataset, batchSize, (items, on) => Own(() => torch.stack([.. items.Select(row)]).to(on)), seed, epoch, device, workers),
            (batch, _, _) => batch.alias(),
            OfSequence);
    }

    /// <summary>Makes a source of labelled rows of a data set, whose items become the rows of batches.</summary>
    /// <typeparam name="T">An item of the data set.</typeparam>
    /// <param name="dataset">The data set, which the caller disposes after training.</param>
    /// <param name="batchSize">Rows in a batch, 1 or more; the last batch of an epoch may have fewer.</param>
    /// <param name="row">
    /// Returns the row of an item, <c>[inputs]</c>, of the model's element type, and its class, <c>[]</c>, <c>int64</c>, or targets,
    /// <c>[..]</c>: tensors of the item, or such as are made of it. Called on the thread that trains, after a batch's items have been read.
    /// </param>
    /// <param name="seed">Seeds the order of the rows, another one in each epoch; null reads them in their own order.</param>
    /// <param name="device">Device of the batches; null for the CPU.</param>
    /// <param name="workers">Threads that read items, 1 or more. With more than one, the data set must be thread-safe.</param>
    /// <inheritdoc cref="ToBatchSource{T}(torch.utils.data.Dataset{T}, int, Func{T, Tensor}, long?, Device?, int)" path="/exception"/>
    public static ILabelledBatchSource ToBatchSource<T>(
        this torch.utils.data.Dataset<T> dataset, int batchSize, Func<T, (Tensor Input, Tensor Label)> row, long? seed = null, Device? device = null, int workers = 1)
    {
        ArgumentNullException.ThrowIfNull(row);
        var batches = Count(dataset, batchSize, workers);
        return new SequentialLabelledRows<(Tensor Inputs, Tensor Labels)>(
            batches,
            epoch => Loader(dataset, batchSize, Stacked, seed, epoch, device, workers),
            (batch, _, _) => (batch.Inputs.alias(), batch.Labels.alias()),
            OfSequence);

        (Tensor Inputs, Tensor Labels) Stacked(IEnumerable<T> items, Device on) => Own(() =>
        {
            (Tensor Input, Tensor Label)[] all = [.. items.Select(row)];
            return (torch.stack([.. all.Select(one => one.Input)]).to(on), torch.stack([.. all.Select(one => one.Label)]).to(on));
        });
    }

    /// <summary>Makes a source of a sequence of rows, in its order, that is begun anew in each epoch.</summary>
    /// <remarks>A sequence that is made as it is read may differ from epoch to epoch, and may be endless.</remarks>
    /// <param name="rows">The rows, all of the same length.</param>
    /// <param name="batchSize">Rows in a batch, 1 or more; the last batch of an epoch may have fewer.</param>
    /// <param name="count">
    /// Rows per epoch, 1 or more; what follows them is not read. Null for all rows of a sequence that knows how many it has, such as an array
    /// or a list.
    /// </param>
    /// <param name="device">Device of the batches; null for the CPU.</param>
    /// <param name="dtype">Element type of the batches, the model's.</param>
    /// <exception cref="ArgumentException">The sequence is empty, or does not know its count, and none is given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public static IBatchSource ToBatchSource(this IEnumerable<float[]> rows, int batchSize, int? count = null, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        var all = Count(rows, batchSize, count);
        return new SequentialRows<float[][]>(
            Batches(all, batchSize),
            _ => rows.Take(all).Chunk(batchSize),
            (batch, epoch, number) => Rows(batch, Name(batch.Length, all, batchSize, epoch, number), dtype, device),
            OfSequence);
    }

    /// <summary>Makes a source of a sequence of rows and their classes, in its order, that is begun anew in each epoch.</summary>
    /// <param name="rows">The rows, all of the same length, and the class of each, from 0.</param>
    /// <param name="batchSize">Rows in a batch, 1 or more; the last batch of an epoch may have fewer.</param>
    /// <param name="count">
    /// Rows per epoch, 1 or more; what follows them is not read. Null for all rows of a sequence that knows how many it has, such as an array
    /// or a list.
    /// </param>
    /// <param name="device">Device of the batches; null for the CPU.</param>
    /// <param name="dtype">Element type of the rows, the model's.</param>
    /// <inheritdoc cref="ToBatchSource(IEnumerable{float[]}, int, int?, Device?, ScalarType)" path="/remarks|/exception"/>
    public static ILabelledBatchSource ToBatchSource(
        this IEnumerable<(float[] Row, long Label)> rows, int batchSize, int? count = null, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        var all = Count(rows, batchSize, count);
        return new SequentialLabelledRows<(float[] Row, long Label)[]>(
            Batches(all, batchSize),
            _ => rows.Take(all).Chunk(batchSize),
            (batch, epoch, number) => (
                Rows([.. batch.Select(row => row.Row)], Name(batch.Length, all, batchSize, epoch, number), dtype, device),
                torch.tensor(batch.Select(row => row.Label).ToArray(), ScalarType.Int64, device ?? torch.CPU)),
            OfSequence);
    }

    private static int Count<T, TBatch>(DataLoader<T, TBatch> loader, int? batches)
    {
        ArgumentNullException.ThrowIfNull(loader);
        if (batches is { } given)
            Guard.Size(given, nameof(batches));
        return batches ?? (loader.dataset.Count > 0 ? checked((int)loader.Count) : 0);
    }

    private static int Count<T>(torch.utils.data.Dataset<T> dataset, int batchSize, int workers)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Guard.Size(batchSize);
        Guard.Size(workers);
        return dataset.Count > 0 ? Batches(dataset.Count, batchSize) : throw new ArgumentException("Expected a data set with at least one item, found an empty one.", nameof(dataset));
    }

    private static int Count<T>(IEnumerable<T> rows, int batchSize, int? count)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Guard.Size(batchSize);
        if (count is { } given)
        {
            Guard.Size(given, nameof(count));
            return given;
        }

        if (!rows.TryGetNonEnumeratedCount(out var known))
            throw new ArgumentException("Expected a sequence that knows how many rows it has, such as an array or a list, found another: say how many are an epoch, as to count them would read them all.", nameof(count));
        return known > 0 ? known : throw new ArgumentException("Expected at least one row, found none.", nameof(rows));
    }

    private static int Batches(long rows, int batchSize) => checked((int)(((rows - 1) / batchSize) + 1));

    /// <summary>The name of a batch in messages; throws unless it has all its rows.</summary>
    private static string Name(int found, int rows, int batchSize, int epoch, int batch)
    {
        var name = FormattableString.Invariant($"batch {batch} of epoch {epoch}");
        var before = (batch - 1) * batchSize;
        return found == Math.Min(batchSize, rows - before)
            ? name
            : throw new ArgumentException(FormattableString.Invariant($"Expected {rows} rows in an epoch, found {before + found}. {OfSequence}"), name);
    }

    private static Tensor Rows(float[][] batch, string name, ScalarType dtype, Device? device)
    {
        InputRows rows = batch;
        rows.Check(batch[0]?.Length ?? 0, name);
        return rows.ToTensor(0, batch.Length, dtype, device ?? torch.CPU);
    }

    private static DataLoader<T, TBatch> Loader<T, TBatch>(
        torch.utils.data.Dataset<T> dataset, int batchSize, Func<IEnumerable<T>, Device, TBatch> collate, long? seed, int epoch, Device? device, int workers)
        => new(dataset, batchSize, collate, Order(dataset.Count, seed, epoch), device ?? torch.CPU, workers, disposeDataset: false);

    private static IEnumerable<long> Order(long count, long? seed, int epoch)
    {
        if (seed is not { } given)
            return InOrder();
        using var scope = torch.NewDisposeScope();
        using var generator = Randomness.Generator(Randomness.Derive(given, Randomness.Order), Randomness.Epochs + epoch);
        return torch.randperm(count, ScalarType.Int64, torch.CPU, generator: generator).data<long>().ToArray();

        IEnumerable<long> InOrder()
        {
            for (var i = 0L; i < count; i++)
                yield return i;
        }
    }

    /// <summary>Returns a tensor of its own for what a function returns or takes from a batch; what else the function makes is disposed.</summary>
    private static Tensor Own(Func<Tensor> select)
    {
        using var scope = torch.NewDisposeScope();
        return select().alias().MoveToOuterDisposeScope();
    }

    private static (Tensor Inputs, Tensor Labels) Own(Func<(Tensor Inputs, Tensor Labels)> select)
    {
        using var scope = torch.NewDisposeScope();
        var (inputs, labels) = select();
        return scope.MoveToOuter(inputs.alias(), labels.alias());
    }
}
