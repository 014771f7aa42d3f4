using DeepBelief.Training;

namespace DeepBelief.Experiments.Pretraining;

/// <summary>A way to fine-tune: Adam, its learning rate falling to zero in a straight line.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Dropout">Of the classifier.</param>
/// <param name="LearningRate">Of the first epoch.</param>
/// <param name="WeightDecay">Of the optimizer.</param>
/// <param name="AdversarialDistance">Of <see cref="FineTuningOptions.AdversarialDistance"/>.</param>
/// <param name="BatchSize">Rows of a batch.</param>
internal sealed record FineTuning(
    string Name,
    DropoutRates Dropout,
    double LearningRate,
    double WeightDecay = 0,
    double? AdversarialDistance = null,
    int BatchSize = 100)
{
    /// <summary>Virtual adversarial training on the labelled images; null: none.</summary>
    public VirtualAdversarialOptions? VirtualAdversarial { get; init; }

    /// <summary>Whether the inputs of hidden units are normalized in each batch (<see cref="Classifier.WithBatchNormalization"/>).</summary>
    public bool IsNormalized { get; init; }

    /// <summary>Of <see cref="OptimizationOptions.Averaging"/>.</summary>
    public double? Averaging { get; init; }

    public ClassifierTrainingOptions Options(int epochs, long seed) => new()
    {
        Epochs = epochs,
        BatchSize = BatchSize,
        // Zero one epoch after the last.
        LearningRate = Schedule.Linear(LearningRate, LearningRate / epochs),
        Optimizer = new AdamSettings { WeightDecay = WeightDecay },
        AdversarialDistance = AdversarialDistance,
        VirtualAdversarial = VirtualAdversarial,
        Averaging = Averaging,
        EvaluationRows = 1000,
        Seed = seed,
    };
}
