namespace DeepBelief.Files;

internal static class NamedTensors
{
    public static OrderedDictionary<string, object?> Save(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var saved = new OrderedDictionary<string, object?>();
        foreach (var (name, tensor) in tensors)
        {
            ObjectDisposedException.ThrowIf(tensor.IsInvalid, tensor);
            saved.Add(name, tensor);
        }

        return saved;
    }

    /// <summary>Throws unless names, shapes and element types agree; the message lists all differences.</summary>
    public static void Check(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> found, string what)
    {
        var faults = expected.Keys.Union(found.Keys)
            .Select(name => (Name: name, Expected: Kind(expected, name), Found: Kind(found, name)))
            .Where(entry => entry.Expected != entry.Found)
            .Select(entry => $"{entry.Name}: expected {entry.Expected}, found {entry.Found}")
            .ToList();
        if (faults.Count > 0)
            throw new DataFormatException($"{what}: {string.Join("; ", faults)}.");
    }

    public static void Copy(IReadOnlyDictionary<string, Tensor> from, IReadOnlyDictionary<string, Tensor> to)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (name, tensor) in to)
            _ = tensor.copy_(from[name]);
    }

    public static string Kind(Tensor tensor) => $"{tensor.dtype} {Shapes.Text(tensor)}";

    private static string Kind(IReadOnlyDictionary<string, Tensor> tensors, string name)
        => tensors.TryGetValue(name, out var tensor) ? Kind(tensor) : "none";
}
