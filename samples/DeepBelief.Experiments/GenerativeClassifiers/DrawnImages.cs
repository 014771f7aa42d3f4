using TorchSharp;

namespace DeepBelief.Experiments.GenerativeClassifiers;

/// <summary>Images that a network drew when it was told which class, and what the judge takes them for.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Training">The stage of training after which it drew them.</param>
/// <param name="PerClass">How many of each class.</param>
/// <param name="Seen">The class that the judge sees in each, class by class of those asked for.</param>
internal sealed record DrawnImages(int Seed, string Training, int PerClass, IReadOnlyList<int> Seen)
{
    /// <summary>How many classes.</summary>
    public int Classes => Seen.Count / PerClass;

    /// <summary>The share of all images that the judge recognises as the class asked for, from 0 to 1.</summary>
    public double Share => Enumerable.Range(0, Classes).Average(ShareOf);

    /// <summary>The class asked for and the class seen, for each image.</summary>
    public IEnumerable<(int Asked, int Seen)> Pairs => Seen.Select((seen, i) => (i / PerClass, seen));

    /// <summary>How many of a class the judge recognises.</summary>
    public int RecognisedOf(int label) => Pairs.Count(pair => pair.Asked == label && pair.Seen == label);

    /// <summary>The share of a class that the judge recognises, from 0 to 1.</summary>
    public double ShareOf(int label) => (double)RecognisedOf(label) / PerClass;

    /// <summary>The classes to ask for, class by class, <c>[classes · perClass]</c>.</summary>
    public static torch.Tensor Labels(int classes, int perClass, torch.Device device)
        => torch.arange(classes, torch.ScalarType.Int64, device).unsqueeze(1).expand(classes, perClass).reshape(-1);
}
