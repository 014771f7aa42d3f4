namespace DeepBelief.Persistence;

/// <summary>The kinds of <see cref="FeedForwardNetwork"/>s in files.</summary>
internal static class NetworkCodecs
{
    public static NetworkCodec<Classifier> Classifier { get; } = new("classifier", modules => new Classifier(modules));

    public static NetworkCodec<Regressor> Regressor { get; } = new("regressor", modules => new Regressor(modules));

    public static NetworkCodec<MultiLabelClassifier> MultiLabelClassifier { get; } = new("multi_label_classifier", modules => new MultiLabelClassifier(modules));
}
