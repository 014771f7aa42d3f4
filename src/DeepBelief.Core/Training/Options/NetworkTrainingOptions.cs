using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Training options of regressors, classifiers of several labels and networks with a loss of your own. Immutable; validated when a run starts.</summary>
/// <inheritdoc cref="FineTuningOptions" path="/remarks"/>
public sealed record NetworkTrainingOptions : FineTuningOptions;
