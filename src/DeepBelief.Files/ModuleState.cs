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
    /// <para>Reads PyTorch files with a state dict, plain or beside other things, safetensors files and NumPy's <c>.npz</c>; the
    /// content says which. The module keeps its device and element types; values are converted. On error, nothing changes.</para>
    /// <para>In a checkpoint such as <c>{'model_state_dict': ..., 'optimizer_state_dict': ..., 'epoch': 3}</c> it takes the one
    /// dictionary whose entries are all tensors, or, of several, the one under <c>state_dict</c>, <c>model_state_dict</c>,
    /// <c>model_state</c>, <c>model</c>, <c>net</c>, <c>network</c> or <c>state</c>. The prefixes <c>module.</c> and
    /// <c>_orig_mod.</c>, of modules that <c>DataParallel</c> or <c>torch.compile</c> wrapped, are taken off where all names have
    /// them and the module's do not.</para>
    /// </remarks>
    /// <example><code>
    /// var origin = net.LoadStateDict("checkpoint.pt", key: "generator");
    /// Console.WriteLine(string.Join(", ", origin.NotLoaded)); // epoch, optimizer, ...
    /// </code></example>
    /// <param name="module">The module.</param>
    /// <param name="path">The file.</param>
    /// <param name="key">
    /// The key of the state dict in the file, with slashes where dictionaries are in one another, as in <c>models/generator</c>;
    /// null to look for it.
    /// </param>
    /// <returns>Where the tensors were, and what of the file was not loaded.</returns>
    /// <exception cref="DataFormatException">
    /// The file is damaged or of another format, has no state dict or several, or its keys or shapes differ from the module's;
    /// the message lists all keys that are missing, unexpected or of another shape.
    /// </exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static StateDictOrigin LoadStateDict(this torch.nn.Module module, string path, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return FileFormat.Open(path, stream =>
        {
            using var scope = torch.NewDisposeScope();
            var layout = StateDictLayout.Find(TensorFormat.Read(stream), key, module.state_dict().Keys);
            StateDict.Fill(module, layout.Tensors);
            return layout.Origin;
        });
    }
}
