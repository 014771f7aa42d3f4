namespace DeepBelief.Files;

/// <summary>Saves and loads the state dicts of modules.</summary>
public static class ModuleState
{
    /// <summary>Saves a module's state dict, as <c>torch.save(module.state_dict(), path)</c> does.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The file; replaced atomically if it exists.</param>
    /// <exception cref="ObjectDisposedException">The module, or a part of it, was disposed; the file stays as it was.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void SaveStateDict(this torch.nn.Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        PtFile.Save(path, NamedTensors.Save(StateDict.Of(module)));
    }

    /// <summary>Loads a module's tensors from a file.</summary>
    /// <remarks>
    /// Reads PyTorch files with a state dict, plain or under the key <c>state_dict</c>, and safetensors files; detects the format
    /// from the content. The module keeps its device and element types; values are converted. On error, nothing changes.
    /// </remarks>
    /// <param name="module">The module.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFormatException">
    /// The file is damaged or of another format, or its keys or shapes differ from the module's; the message lists all keys that
    /// are missing, unexpected or of another shape.
    /// </exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static void LoadStateDict(this torch.nn.Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        _ = FileFormat.Open(path, stream =>
        {
            using var scope = torch.NewDisposeScope();
            StateDict.Fill(module, TensorFormat.Read(stream));
            return module;
        });
    }
}
