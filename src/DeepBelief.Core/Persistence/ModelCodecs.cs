namespace DeepBelief.Persistence;

/// <summary>The kinds of models in files.</summary>
internal static class ModelCodecs
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<ModelCodec> All { get; } =
    [
        RbmCodec.Instance,
        DbnCodec.Instance,
        DbmCodec.Instance,
        ClassificationRbmCodec.Instance,
        ClassificationDbnCodec.Instance,
        UntiedDbnCodec.Instance,
        NetworkCodecs.Classifier,
        NetworkCodecs.Regressor,
        NetworkCodecs.MultiLabelClassifier,
        AutoencoderCodec.Instance,
    ];

    /// <summary>Returns the method that loads a kind of model, for messages; null if there is none of the kind.</summary>
    public static string? LoaderOf(string kind) => All.FirstOrDefault(codec => codec.Kind == kind)?.Loader;

    /// <summary>Returns what, with its state dict, rebuilds a model, as <see cref="ModelHeader"/> reads it; null if files cannot hold it.</summary>
    public static OrderedDictionary<string, object?>? Describe(object model)
    {
        try
        {
            foreach (var codec in All)
            {
                if (codec.TryDescribe(model) is { } config)
                    return new() { ["model"] = codec.Kind, ["config"] = config };
            }
        }
        catch (NotSupportedException)
        {
            // Units of a kind that is not registered, or a module of the user's.
        }

        return null;
    }
}
