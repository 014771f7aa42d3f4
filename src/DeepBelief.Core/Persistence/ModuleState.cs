namespace DeepBelief.Persistence;

/// <summary>Loading tensors from files into models that are there.</summary>
public static class ModuleState
{
    /// <summary>
    /// Fills a module with the tensors of a file: a PyTorch file with a state dict (plain, or under the key
    /// <c>state_dict</c>), or a safetensors file; the content says which.
    /// </summary>
    /// <remarks>
    /// The module keeps its device and element types; values are converted. If anything does not fit, nothing is changed.
    /// </remarks>
    /// <param name="module">Any module: an <see cref="Rbm"/>, <see cref="Dbn"/>, <see cref="Classifier"/> or another.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFormatException">
    /// The file is damaged or holds something else; or its keys and shapes are not the module's: the message lists every key
    /// that is missing, unexpected, or of another shape.
    /// </exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static void LoadStateDict(this torch.nn.Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        _ = FileFormat.Open(path, stream =>
        {
            using var scope = torch.NewDisposeScope();
            var state = FileFormat.IsPyTorch(stream) ? Find(PtFile.Load(stream)) : SafetensorsFile.Load(stream).Tensors;
            StateDict.Fill(module, state);
            return module;
        });
    }

    private static IReadOnlyDictionary<string, Tensor> Find(object? content)
    {
        var root = Section.Of(content, "file");
        return (root.Has("state_dict") ? root.Child("state_dict") : root).Tensors();
    }
}
