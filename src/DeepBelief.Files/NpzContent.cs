namespace DeepBelief.Files;

/// <summary>The content of an <c>.npz</c> file; disposing it disposes the tensors.</summary>
public sealed class NpzContent : IDisposable
{
    internal NpzContent(IReadOnlyDictionary<string, Tensor> tensors) => Tensors = tensors;

    /// <summary>The arrays by name, as <c>numpy.load</c> has it, in the order of the file.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
            tensor.Dispose();
    }
}
