namespace DeepBelief.Persistence;

/// <summary>The kinds of models in files.</summary>
internal static class ModelCodecs
{
    /// <summary>Returns the method that loads a kind of model, for messages; null if there is none of the kind.</summary>
    public static string? LoaderOf(string kind)
        => kind == RbmCodec.Instance.Kind ? "Rbm.Load"
            : kind == DbnCodec.Instance.Kind ? "Dbn.Load"
            : kind == NetworkCodecs.Classifier.Kind ? "Classifier.Load"
            : kind == DbmCodec.Instance.Kind ? "Dbm.Load"
            : kind == ClassificationRbmCodec.Instance.Kind ? "ClassificationRbm.Load"
            : kind == ClassificationDbnCodec.Instance.Kind ? "ClassificationDbn.Load"
            : kind == UntiedDbnCodec.Instance.Kind ? "UntiedDbn.Load"
            : kind == NetworkCodecs.Regressor.Kind ? "Regressor.Load"
            : kind == NetworkCodecs.MultiLabelClassifier.Kind ? "MultiLabelClassifier.Load"
            : kind == AutoencoderCodec.Instance.Kind ? "Autoencoder.Load"
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
                Classifier classifier => Describe(NetworkCodecs.Classifier, classifier),
                Dbm dbm => Describe(DbmCodec.Instance, dbm),
                ClassificationRbm classifier => Describe(ClassificationRbmCodec.Instance, classifier),
                ClassificationDbn network => Describe(ClassificationDbnCodec.Instance, network),
                UntiedDbn network => Describe(UntiedDbnCodec.Instance, network),
                Regressor regressor => Describe(NetworkCodecs.Regressor, regressor),
                MultiLabelClassifier classifier => Describe(NetworkCodecs.MultiLabelClassifier, classifier),
                Autoencoder autoencoder => Describe(AutoencoderCodec.Instance, autoencoder),
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
