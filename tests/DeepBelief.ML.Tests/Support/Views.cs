namespace DeepBelief.ML.Tests.Support;

/// <summary>Reads columns of views.</summary>
internal static class Views
{
    public static float[][] Vectors(this IDataView view, string column) => [.. view.GetColumn<float[]>(column)];

    public static string[] Columns(this DataViewSchema schema) => [.. schema.Where(column => !column.IsHidden).Select(column => column.Name)];

    /// <summary>Saves a model and loads it where nothing of it is known, as another program does.</summary>
    public static ITransformer Reloaded(this ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    /// <summary>The rows of a tensor.</summary>
    public static float[][] Rows(this Tensor tensor)
        => [.. Enumerable.Range(0, (int)tensor.shape[0]).Select(i => tensor[i].contiguous().data<float>().ToArray())];

    /// <summary>Reads a column by several cursors at once, in the order of the rows.</summary>
    public static float[][] VectorsInParallel(this IDataView view, string column, int cursors)
    {
        var read = new System.Collections.Concurrent.ConcurrentDictionary<long, float[]>();
        var set = view.GetRowCursorSet([view.Schema[column]], cursors);
        set.Should().HaveCountGreaterThan(1);
        var threads = set.Select(cursor => new Thread(() =>
        {
            using (cursor)
            {
                var (getVector, getId) = (cursor.GetGetter<VBuffer<float>>(view.Schema[column]), cursor.GetIdGetter());
                VBuffer<float> vector = default;
                DataViewRowId id = default;
                while (cursor.MoveNext())
                {
                    getVector(ref vector);
                    getId(ref id);
                    read[(long)id.Low] = [.. vector.DenseValues()];
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return [.. read.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
    }
}
