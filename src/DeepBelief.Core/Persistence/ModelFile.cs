using DeepBelief.Internal;

namespace DeepBelief.Persistence;

/// <summary>
/// The library's own files: a dictionary with <c>format</c>, <c>version</c>, <c>model</c> (its kind), <c>config</c> (what
/// is needed to rebuild the object) and <c>state_dict</c> (its tensors by PyTorch's naming); in safetensors files the tensors
/// are the file's, and the rest is JSON in its metadata.
/// </summary>
internal static class ModelFile
{
    private const string Format = "DeepBelief";
    private const string MetadataKey = "deepbelief";
    private const long Version = 1;

    // How often a file's bytes may stand for tensors; more than once where tensors share a storage.
    private const int MostCopies = 4;
    private const long FewBytes = 1 << 16;

    public static void Save(string path, ModelFormat format, string kind, OrderedDictionary<string, object?> config, torch.nn.Module module)
    {
        var state = module.state_dict();
        var about = new OrderedDictionary<string, object?>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["model"] = kind,
            ["config"] = config,
        };
        switch (format)
        {
            case ModelFormat.DeepBelief:
                about.Add("state_dict", NamedTensors.Save(state));
                PtFile.Save(path, about);
                break;
            case ModelFormat.StateDict:
                PtFile.Save(path, NamedTensors.Save(state));
                break;
            case ModelFormat.Safetensors:
                // Other readers look for format: the framework whose tensors these are.
                SafetensorsFile.Save(path, state, new OrderedDictionary<string, string> { ["format"] = "pt", [MetadataKey] = JsonConfig.Write(about) });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, $"Expected a format that files of kind {kind} have.");
        }
    }

    /// <summary>Reads a file, hands its config and tensors to <paramref name="build"/>, and fills the module it makes.</summary>
    /// <param name="path">The file, of any format; its content says of which.</param>
    /// <param name="kind">The kind of model.</param>
    /// <param name="device">Where the model is put.</param>
    /// <param name="build">Makes the model, of the right shape.</param>
    /// <param name="translate">Reads other layouts of PyTorch files; null for what it does not know.</param>
    /// <param name="modules">Whether those other layouts have objects of PyTorch's modules.</param>
    public static T Load<T>(
        string path,
        string kind,
        Device? device,
        Func<Section, IReadOnlyDictionary<string, Tensor>, T> build,
        Func<object?, ModelContent?> translate,
        bool modules = false)
        where T : torch.nn.Module
    {
        Guard.Available(device ?? torch.CPU, nameof(device));
        return FileFormat.Open(path, stream =>
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            var (config, state) = FileFormat.IsPyTorch(stream) ? ReadPyTorch(stream, kind, translate, modules) : ReadSafetensors(stream, kind);
            CheckBytes(state, stream.Length);
            var module = build(config, state);
            try
            {
                StateDict.Assign(module, state);
                Placement.Move(module, device, state.Values.First().dtype);
            }
            catch
            {
                module.Dispose();
                throw;
            }

            return module;
        });
    }

    private static ModelContent ReadPyTorch(Stream stream, string kind, Func<object?, ModelContent?> translate, bool modules)
    {
        var content = PtFile.Load(stream, null, modules);
        if (translate(content) is { } translated)
        {
            // Before anything is converted, and takes room.
            CheckBytes(translated.State, stream.Length);
            return translated.WithoutHalves();
        }

        var root = Section.Of(content, "file");
        return new ModelContent(ReadAbout(root, kind), root.Child("state_dict").Tensors());
    }

    private static ModelContent ReadSafetensors(Stream stream, string kind)
    {
        var content = SafetensorsFile.Load(stream);
        if (!content.Metadata.TryGetValue(MetadataKey, out var about))
            throw new DataFormatException($"__metadata__/{MetadataKey}: expected what is needed to rebuild the model, found none. LoadStateDict reads such a file into a model that is there.");
        return new ModelContent(ReadAbout(Section.Of(JsonConfig.Read(about), MetadataKey), kind), content.Tensors);
    }

    private static Section ReadAbout(Section root, string kind)
    {
        if (root.IsStateDict)
            throw new DataFormatException($"file: expected a {kind} saved by this library or in a layout that Load describes, found a plain state dict. LoadStateDict reads it into a model that is there.");
        root.Expect("format", Format);
        root.Expect("model", kind);
        if (root.Integer("version") is var version and (< 1 or > Version))
            throw new DataFormatException($"file/version: expected at most {Version}, found {version}.");
        return root.Child("config");
    }

    // Views can make much of few bytes, and the model that they are copied into would have to hold it all.
    private static void CheckBytes(IReadOnlyDictionary<string, Tensor> state, long fileLength)
    {
        var most = FewBytes + (MostCopies * fileLength);
        Int128 bytes = 0;
        foreach (var tensor in state.Values)
            bytes += (Int128)tensor.numel() * tensor.dtype.ElementSize();
        if (bytes > most)
            throw new DataFormatException($"state_dict: expected tensors of at most {most} bytes in a file of {fileLength}, found views that unfold to {bytes}.");
    }
}
