using DeepBelief.Evaluation;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>A machine that is trained and measured.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="History">Of its training.</param>
/// <param name="Train">Figures of training images.</param>
/// <param name="Test">Figures of the test images.</param>
/// <param name="EvaluationTime">How long log Z took.</param>
internal sealed record LikelihoodResult(
    LikelihoodMachine Machine, int Seed, TrainingHistory<EpochMetrics> History, LikelihoodFigures Train, LikelihoodFigures Test, TimeSpan EvaluationTime)
{
    /// <summary>log Z from both sides; null where it is exact.</summary>
    public LogPartitionBracket? Bracket { get; init; }

    /// <summary>log Z, where it is exact.</summary>
    public double? LogPartition { get; init; }

    /// <summary>The parts of offered swaps between neighbouring temperatures that were accepted in the last epoch; none without tempering.</summary>
    public IReadOnlyList<double> SwapAcceptance => [.. History.Last.Diagnostics.Where(one => one.Key.StartsWith("swap_acceptance", StringComparison.Ordinal)).Select(one => one.Value)];
}
