using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Training;

/// <summary><c>FitClassifier</c> with default settings, which score all training rows after every epoch.</summary>
internal sealed class FineTuneWorkload(string name, int rows, int quickRows) : Workload(name, rows, quickRows)
{
    private static readonly long[] Sizes = [784, 512, 128, 64];
    private const int Classes = 10;
    private const int Batch = 64;

    public override void Fit(bool quick, int epochs, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        using var inputs = torch.empty(Rows(quick), Sizes[0]).bernoulli_(0.2);
        using var labels = torch.randint(Classes, [inputs.shape[0]], ScalarType.Int64);
        using var network = Classifier.Random(Sizes, Classes);
        network.FitClassifier(inputs, labels, new() { Epochs = epochs, BatchSize = Batch }, progress: progress, cancellationToken: cancellationToken);
    }
}
