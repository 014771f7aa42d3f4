namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>A test error that others have published, of models that know nothing of images: any order of the pixels would do.</summary>
/// <param name="Model">The model.</param>
/// <param name="Error">Its test error, from 0 to 1.</param>
/// <param name="Source">Where it is from.</param>
internal sealed record PublishedError(string Model, double Error, string Source)
{
    /// <summary>What the result is compared with.</summary>
    public static IReadOnlyList<PublishedError> All { get; } =
    [
        new("DBN, wake-sleep", 0.0125, "Hinton, Osindero and Teh 2006"),
        new("DBN and backpropagation", 0.012, "Hinton and Salakhutdinov 2006"),
        new("DBM and backpropagation", 0.0095, "Salakhutdinov and Hinton 2009"),
        new("DBN with dropout", 0.0092, "Srivastava et al. 2014"),
        new("DBM with dropout", 0.0079, "Srivastava et al. 2014"),
    ];
}
