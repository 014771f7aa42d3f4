namespace DeepBelief.Files;

/// <summary>State dicts of modules in files.</summary>
public static class ModuleState
{
    /// <summary>Saves a module's state dict, as <c>torch.save(module.state_dict(), path)</c> does.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The file; replaced if it exists, and there whole or not at all.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void SaveStateDict(this torch.nn.Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        PtFile.Save(path, NamedTensors.Save(module.state_dict()));
    }

    /// <summary>
    /// Fills a module with the tensors of a file: a PyTorch file with a state dict (plain, or under the key
    /// <c>state_dict</c>), or a safetensors file; the content says which.
    /// </summary>
    /// <remarks>
    /// The module keeps its device and element types; values are converted. If anything does not fit, nothing is changed.
    /// </remarks>
    /// <param name="module">The module.</param>
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
        var root = ConfigSection.Of(content, "file");
        return (root.Contains("state_dict") ? root.GetSection("state_dict") : root).AsTensors();
    }
}
