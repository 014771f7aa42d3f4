using System.Globalization;

namespace DeepBelief.Persistence;

/// <summary>
/// The library's own files: a dictionary with <c>format</c>, <c>version</c>, <c>model</c> (its kind), <c>config</c> (what
/// is needed to rebuild the object) and <c>state_dict</c> (its tensors by PyTorch's naming).
/// </summary>
internal static class ModelFile
{
    private const string Format = "DeepBelief";
    private const long Version = 1;

    public static void Save(string path, string kind, OrderedDictionary<string, object?> config, torch.nn.Module module)
    {
        var state = new OrderedDictionary<string, object?>();
        foreach (var (key, tensor) in module.state_dict())
            state.Add(key, tensor);
        PtFile.Save(path, new OrderedDictionary<string, object?>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["model"] = kind,
            ["config"] = config,
            ["state_dict"] = state,
        });
    }

    /// <summary>Reads a file and hands its config and tensors to <paramref name="build"/>, then fills the module it makes.</summary>
    public static T Load<T>(string path, string kind, Device? device, Func<Section, IReadOnlyDictionary<string, Tensor>, T> build)
        where T : torch.nn.Module
    {
        using var scope = torch.NewDisposeScope();
        var content = PtFile.Load(path);
        try
        {
            var root = Section.Of(content, "file");
            Expect(Format, root.Text("format"), "format");
            Expect(kind, root.Text("model"), "model");
            if (root.Integer("version") is var version and (< 1 or > Version))
                throw new DataFormatException($"file/version: expected at most {Version}, found {version}.");
            var state = root.Child("state_dict").Tensors();
            var module = build(root.Child("config"), state);
            try
            {
                StateDict.Assign(module, state);
                Internal.Placement.Move(module, device, state.Values.First().dtype);
            }
            catch
            {
                module.Dispose();
                throw;
            }

            return module;
        }
        catch (DataFormatException e)
        {
            throw new DataFormatException($"{path}: {e.Message}", e);
        }
    }

    private static void Expect(string expected, string found, string key)
    {
        if (found != expected)
            throw new DataFormatException(string.Create(CultureInfo.InvariantCulture, $"file/{key}: expected '{expected}', found '{found}'."));
    }
}
