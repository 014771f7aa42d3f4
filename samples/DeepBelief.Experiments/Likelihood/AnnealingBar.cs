using DeepBelief.Evaluation;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Likelihood;

/// <summary>Shows annealing as training of one epoch.</summary>
internal sealed class AnnealingBar(IProgress<TrainingProgress> target) : IProgress<AnnealingProgress>
{
    public void Report(AnnealingProgress value) => target.Report(new(1, 1, 1, 1, value.Step, value.Steps, value.Elapsed, null));
}
