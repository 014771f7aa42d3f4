using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>How a classifier is trained. Immutable; checked when a run starts.</summary>
/// <remarks>
/// Early stopping looks at the loss on the test rows, or on the training rows where there are none. Dropout draws from
/// torch's default generator, which a run seeds anew in every epoch, and on the CPU leaves as it found it: there, with 32-bit
/// floats, no more than the key of each mask's own numbers, elsewhere all of the mask.
/// </remarks>
public sealed record ClassifierTrainingOptions : OptimizationOptions
{
    /// <summary>Step size of the updates, more than 0. Default: 0.001.</summary>
    public override Schedule LearningRate { get; init; } = 0.001;

    /// <summary>The optimizer. Default: Adam.</summary>
    public override OptimizerSettings Optimizer { get; init; } = new AdamSettings();

    /// <summary>
    /// Adversarial training (Goodfellow, Shlens and Szegedy 2015): each step also learns from its rows moved by this
    /// Euclidean distance, in the units of the inputs, to where the loss grows fastest; it minimises the mean of both losses. More than
    /// 0; for images in [0, 1], 1 to 2. It takes twice the time and a little more. Null, the default, goes without.
    /// </summary>
    public double? AdversarialDistance { get; init; }

    /// <summary>
    /// Training rows, drawn once, that are scored after every epoch, 1 or more: to score all takes about a fourth of the
    /// time. Null, the default, scores all. Of a source, the first batches with so many rows are scored, and null means 1000.
    /// Test rows are always all scored.
    /// </summary>
    public int? EvaluationRows { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.Option(AdversarialDistance is null || (AdversarialDistance > 0 && double.IsFinite(AdversarialDistance.Value)), nameof(AdversarialDistance), AdversarialDistance, "more than 0, or null");
        Guard.Option(EvaluationRows is null or >= 1, nameof(EvaluationRows), EvaluationRows, "1 or more, or null");
    }
}
