using System.Globalization;

namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>A way to train a machine.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Weights">How the weights are drawn.</param>
/// <param name="Phases">How it is trained, one after the other, at least one; without seeds.</param>
internal sealed record ClassificationRbmSettings(
    string Name, long Hidden, WeightInitialization Weights, params IReadOnlyList<ClassificationRbmOptions> Phases)
{
    public const string Generative = "generative";
    public const string Discriminative = "discriminative";
    public const string Hybrid = "hybrid";

    public string Title => string.Create(CultureInfo.InvariantCulture, $"Classification RBM, {Hidden:N0} hidden units, {Name}");

    /// <summary>Whether the machine ends as a model of images, too, so that it can draw them.</summary>
    public bool DrawsImages => Phases[^1].GenerativeWeight > 0;
}
