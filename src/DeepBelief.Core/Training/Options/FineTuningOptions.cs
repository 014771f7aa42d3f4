using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>What the training options of classifiers, autoencoders and all other networks have in common.</summary>
/// <remarks>
/// Early stopping monitors the loss on the validation rows, or on the training rows if there are none. On the CPU, dropout of the
/// library's networks draws from a generator of the run. Other modules draw from torch's default generator, which the run reseeds in
/// every epoch and, on the CPU, puts back at the end; all threads share it, so that two such runs must not go on at once.
/// </remarks>
public abstract record FineTuningOptions : OptimizationOptions
{
    private protected FineTuningOptions()
    {
    }

    /// <summary>
    /// Learning rate, 0 or more, and more than 0 in the first epoch. Null, the default, falls with the square root of the number
    /// of updates, for Adam from 0.005.
    /// </summary>
    public sealed override Schedule? LearningRate { get; init; }

    /// <summary>The optimizer. Default: Adam.</summary>
    public sealed override OptimizerSettings Optimizer { get; init; } = new AdamSettings();

    /// <summary>
    /// Adversarial training (Goodfellow, Shlens and Szegedy 2015): minimizes the mean of the losses on the rows and on the rows
    /// moved along the loss gradient by this Euclidean distance, in input units. More than 0; for images in [0, 1], 1 to 2.
    /// Slightly more than doubles the training time. Null, the default, disables it.
    /// </summary>
    public double? AdversarialDistance { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        faults.Option(AdversarialDistance is null || (AdversarialDistance > 0 && double.IsFinite(AdversarialDistance.Value)), nameof(AdversarialDistance), AdversarialDistance, "more than 0, or null");
        faults.Throw();
    }
}
