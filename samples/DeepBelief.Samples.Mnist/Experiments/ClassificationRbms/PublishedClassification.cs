namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>A test error that Larochelle and Bengio 2008 have published, with 50,000 images to train and 10,000 to validate.</summary>
/// <param name="Name">The way to train.</param>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Error">Test error, from 0 to 1.</param>
internal sealed record PublishedClassification(string Name, long Hidden, double Error)
{
    public const string Source = "Larochelle and Bengio 2008";

    public static IReadOnlyList<PublishedClassification> All { get; } =
    [
        new(ClassificationRbmSettings.Generative, 6000, 0.0339),
        new(ClassificationRbmSettings.Discriminative, 500, 0.0181),
        new(ClassificationRbmSettings.Hybrid, 1500, 0.0128),
    ];

    public static PublishedClassification? Of(string name) => All.FirstOrDefault(one => one.Name == name);
}
