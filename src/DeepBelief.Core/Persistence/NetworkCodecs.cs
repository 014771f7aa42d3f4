namespace DeepBelief.Persistence;

/// <summary>The kinds of <see cref="FeedForwardNetwork"/>s in files.</summary>
internal static class NetworkCodecs
{
    public static NetworkCodec<Classifier> Classifier { get; } = new("classifier", modules => new Classifier(modules));
}
