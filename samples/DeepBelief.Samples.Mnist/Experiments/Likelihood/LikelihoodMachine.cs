namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>A machine whose likelihood is measured.</summary>
/// <param name="Name">For tables.</param>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Bits">What it learns.</param>
/// <param name="Training">How it learns, without a seed.</param>
internal sealed record LikelihoodMachine(string Name, long Hidden, Bits Bits, TrainingOptions Training)
{
    /// <summary>What others have published for as many hidden units and the same kind of bits.</summary>
    public IReadOnlyList<PublishedLikelihood> Published { get; init; } = [];

    /// <summary>For the console, such as <c>500 hidden units, bits drawn, persistent chains</c>.</summary>
    public string Title => $"{Hidden} hidden units, bits {BitImages.Name(Bits)}, {Name}";
}
