using DeepBelief.Internal;

namespace DeepBelief.Training;

/// <summary>Cross-entropy of a network's outputs with labels.</summary>
internal sealed class ClassifierTask(
    torch.nn.Module<Tensor, Tensor> network,
    (Tensor Inputs, Tensor Labels) training,
    (Tensor Inputs, Tensor Labels)? test,
    ClassifierTrainingOptions options) : TrainingTask<ClassifierMetrics>
{
    private readonly ShuffledRows order = new(training.Inputs, options);

    // Dropout on the CPU draws from it: the run borrows it, and gives it back as it was.
    private readonly Generator defaultGenerator = Generator.Default;
    private readonly Tensor callersState = DefaultState();

    public override IReadOnlyList<Parameter> Parameters { get; } = [.. network.parameters().Where(p => p.requires_grad)];

    public override IReadOnlyDictionary<string, Generator> Generators => order.Generators;

    public override int Batches => order.Batches;

    public override void BeginEpoch(int epoch)
    {
        order.BeginEpoch();
        _ = defaultGenerator.manual_seed(Randomness.Derive(options.Seed, Randomness.Epochs + epoch));
    }

    public override void ComputeGradient(int batch)
    {
        var rows = order.Batch(batch);
        Gradients.Drop(Parameters);
        // Training works inside a caller's no_grad, too.
        using var grad = torch.enable_grad();
        network.train();
        var outputs = network.call(training.Inputs.index_select(0, rows));
        torch.nn.functional.cross_entropy(outputs, training.Labels.index_select(0, rows)).backward();
    }

    public override ClassifierMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
        => new(
            epoch,
            learningRate,
            network.Score(training.Inputs, training.Labels),
            test is { } t ? network.Score(t.Inputs, t.Labels) : null,
            elapsed);

    public override double Monitored(ClassifierMetrics metrics) => (metrics.Test ?? metrics.Train).Loss;

    public override double Score(double monitored) => monitored;

    public override void Dispose()
    {
        order.Dispose();
        defaultGenerator.set_state(callersState);
        callersState.Dispose();
        defaultGenerator.Dispose();
    }

    private static Tensor DefaultState()
    {
        using var generator = Generator.Default;
        return generator.get_state().DetachFromDisposeScope();
    }
}
