using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Training options of a classifier. Immutable; validated when a run starts.</summary>
/// <inheritdoc cref="FineTuningOptions" path="/remarks"/>
public sealed record ClassifierTrainingOptions : FineTuningOptions
{
    /// <summary>
    /// How much the rows of each class count, in training and in the metrics of each epoch; null, the default, if all rows count
    /// alike. <see cref="ClassWeights.Balanced"/> finds rare classes that a classifier otherwise never predicts.
    /// </summary>
    public ClassWeights? ClassWeights { get; init; }

    /// <summary>
    /// Virtual adversarial training, on the unlabelled rows that <c>FitClassifier</c> is given or, without them, on the labelled ones.
    /// Null, the default, is that with its defaults if there are unlabelled rows, and otherwise none.
    /// </summary>
    public VirtualAdversarialOptions? VirtualAdversarial { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        faults.From(() => VirtualAdversarial?.Validate(), nameof(VirtualAdversarial));
        // The entropy of a mean over rows is no mean over the ranks.
        faults.Option(
            Group is null || VirtualAdversarial is not { BalanceWeight: > 0 },
            $"{nameof(VirtualAdversarial)}.{nameof(VirtualAdversarialOptions.BalanceWeight)}",
            VirtualAdversarial?.BalanceWeight,
            $"0 with a {nameof(Group)}");
        faults.Throw();
    }
}
