using DeepBelief.Experiments;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

/// <summary>Ten classes of 24 noisy pixels in place of MNIST, a small network, and what experiments work with.</summary>
internal static class TinyDigits
{
    public static WholeMnistDbn Dbn { get; } = new(
        [24, 16, 16],
        WeightInitialization.Normal(0.1),
        [.. Enumerable.Repeat(new TrainingOptions { Epochs = 2, BatchSize = 20, Optimizer = new SgdSettings() }, 2)]);

    /// <summary>Images, the same every time.</summary>
    /// <param name="trainPerClass">Training images of each class, which take turns.</param>
    /// <param name="testShift">Number by which test labels are wrong.</param>
    public static MnistSplit Split(int trainPerClass = 12, int testShift = 0)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(5);
        var prototypes = torch.rand([10, 24], generator: generator).gt(0.5).to(torch.ScalarType.Float32);
        var (train, trainLabels) = Rows(trainPerClass);
        var (test, testLabels) = Rows(5);
        return new MnistSplit(
            train.DetachFromDisposeScope(),
            trainLabels.DetachFromDisposeScope(),
            test.DetachFromDisposeScope(),
            (testLabels + testShift).remainder(10).DetachFromDisposeScope());

        (torch.Tensor Images, torch.Tensor Labels) Rows(int perClass)
        {
            var labels = torch.arange(10).repeat(perClass);
            var flipped = torch.rand([10 * perClass, 24], generator: generator).lt(0.05).to(torch.ScalarType.Float32);
            return ((prototypes.index_select(0, labels) - flipped).abs(), labels);
        }
    }

    /// <summary>A context that keeps nothing, and writes nothing unless there is an output.</summary>
    public static ExperimentContext Context(MnistData data, ExperimentOptions? options = null, RunOutput? output = null, CancellationToken cancellationToken = default)
    {
        options ??= new ExperimentOptions();
        output ??= new RunOutput(Terminal.Create(TextWriter.Null, redirected: true), TextWriter.Null);
        return new ExperimentContext(options, data, output, new PretrainingStore(options, output), cancellationToken);
    }

    public static MnistData Data(Func<MnistSplit> whole) => new(() => throw new InvalidOperationException("Not to be asked for."), whole);
}
