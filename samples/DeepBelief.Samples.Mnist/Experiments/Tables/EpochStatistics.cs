namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>One row of a table over several seeds.</summary>
internal sealed record EpochStatistics(int Epoch, Statistics TestLoss, Statistics TrainLoss, Statistics TestAccuracy, Statistics TrainAccuracy)
{
    public static EpochStatistics Of(IReadOnlyList<EpochResult> seeds) => new(
        seeds[0].Epoch,
        Over(seeds, row => row.TestLoss),
        Over(seeds, row => row.TrainLoss),
        Over(seeds, row => row.TestAccuracy),
        Over(seeds, row => row.TrainAccuracy));

    private static Statistics Over(IReadOnlyList<EpochResult> seeds, Func<EpochResult, double> figure) => Statistics.Of([.. seeds.Select(figure)]);
}
