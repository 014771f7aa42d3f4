namespace DeepBelief.Persistence;

/// <summary>The kinds of models in files.</summary>
internal static class ModelCodecs
{
    /// <summary>Returns the method that loads a kind of model, for messages; null if there is none of the kind.</summary>
    public static string? LoaderOf(string kind)
        => kind == RbmCodec.Instance.Kind ? "Rbm.Load"
            : kind == DbnCodec.Instance.Kind ? "Dbn.Load"
            : kind == ClassifierCodec.Instance.Kind ? "Classifier.Load"
            : kind == DbmCodec.Instance.Kind ? "Dbm.Load"
            : kind == ClassificationRbmCodec.Instance.Kind ? "ClassificationRbm.Load"
            : null;

    /// <summary>Returns what, with its state dict, rebuilds a model, as <see cref="ModelHeader"/> reads it; null if files cannot hold it.</summary>
    public static OrderedDictionary<string, object?>? Describe(object model)
    {
        try
        {
            return model switch
            {
                Rbm rbm => Describe(RbmCodec.Instance, rbm),
                Dbn dbn => Describe(DbnCodec.Instance, dbn),
                Dbm dbm => Describe(DbmCodec.Instance, dbm),
                Classifier classifier => Describe(ClassifierCodec.Instance, classifier),
                ClassificationRbm classifier => Describe(ClassificationRbmCodec.Instance, classifier),
                _ => null,
            };
        }
        catch (NotSupportedException)
        {
            // Units of a kind that is not registered, or a module of the user's.
            return null;
        }
    }

    private static OrderedDictionary<string, object?> Describe<TModel>(ModelCodec<TModel> codec, TModel model)
        where TModel : torch.nn.Module
        => new() { ["model"] = codec.Kind, ["config"] = codec.Describe(model) };
}
