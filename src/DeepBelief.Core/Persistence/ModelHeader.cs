using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>The header of model files: <c>format</c>, <c>version</c>, <c>model</c> (its kind) and <c>config</c> (all but the tensors).</summary>
internal static class ModelHeader
{
    private const string Format = "DeepBelief";
    private const long Version = 1;

    public static OrderedDictionary<string, object?> Write(ModelContent content) => new()
    {
        ["format"] = Format,
        ["version"] = Version,
        ["model"] = content.Kind,
        ["config"] = content.Config.Entries,
    };

    /// <summary>Returns the config of a header; throws if the header is not of the given kind of model.</summary>
    public static ConfigSection Read(ConfigSection root, string kind)
    {
        if (root.IsStateDict)
            throw new DataFormatException($"file: expected a {kind} saved by this library or in a layout that Load describes, found a plain state dict. Load it into an existing model with LoadStateDict.");
        root.Expect("format", Format);
        root.Expect("model", kind);
        if (root.GetInt64("version") is var version and (< 1 or > Version))
            throw new DataFormatException($"file/version: expected at most {Version}, found {version}.");
        return root.GetSection("config");
    }
}
