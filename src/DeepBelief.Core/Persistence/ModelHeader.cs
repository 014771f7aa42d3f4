using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>The header of model files: <c>format</c>, <c>version</c>, <c>model</c> (its kind) and <c>config</c> (all but the tensors).</summary>
internal static class ModelHeader
{
    /// <summary>Where a checkpoint describes the model that its run trains.</summary>
    public const string TrainedKey = "trained";

    /// <summary>The entry by which a file is known as this library's, and its value.</summary>
    public const string FormatKey = "format";

    /// <inheritdoc cref="FormatKey"/>
    public const string Format = "DeepBelief";

    private const string Checkpoint = "checkpoint";
    private const long Version = 1;

    public static OrderedDictionary<string, object?> Write(ModelContent content) => new()
    {
        [FormatKey] = Format,
        ["version"] = Version,
        ["model"] = content.Kind,
        ["config"] = content.Config.Entries,
    };

    /// <summary>True if a dictionary says that this library wrote it.</summary>
    public static bool IsIn(OrderedDictionary<object, object?> entries) => entries.GetValueOrDefault(FormatKey) is Format;

    /// <summary>Returns the config of a header; throws if the header is not of the given kind of model.</summary>
    public static ConfigSection Read(ConfigSection root, string kind)
    {
        root.Expect(FormatKey, Format);
        if (root.GetString("model") == Checkpoint)
            return OfCheckpoint(root, kind);
        ExpectKind(root, kind);
        if (root.GetInt64("version") is var version and (< 1 or > Version))
            throw new DataFormatException($"file/version: expected at most {Version}, found {version}.");
        return root.GetSection("config");
    }

    private static ConfigSection OfCheckpoint(ConfigSection root, string kind)
    {
        if (!root.Contains(TrainedKey))
            throw new DataFormatException("file: expected the checkpoint of a model that files can hold, found one of another. LoadStateDict reads its parameters into an existing model.");
        var trained = root.GetSection(TrainedKey);
        ExpectKind(trained, kind);
        return trained.GetSection("config");
    }

    private static void ExpectKind(ConfigSection section, string kind)
    {
        if (section.GetString("model") is var found && found != kind)
            throw section.Fault("model", $"'{kind}'", ModelCodecs.LoaderOf(found) is { } loader ? $"'{found}', which {loader} reads" : $"'{found}'");
    }
}
