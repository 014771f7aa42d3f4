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
    private readonly (Tensor Inputs, Tensor Labels) scored = Some(training, options);

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
        var inputs = training.Inputs.index_select(0, rows);
        var labels = training.Labels.index_select(0, rows);
        if (options.AdversarialDistance is not { } distance)
        {
            Loss(inputs, labels).backward();
            return;
        }

        inputs = inputs.requires_grad_();
        (0.5 * Loss(inputs, labels)).backward();
        (0.5 * Loss(Moved(inputs, distance), labels)).backward();
    }

    public override ClassifierMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
        => new(
            epoch,
            learningRate,
            network.Score(scored.Inputs, scored.Labels),
            test is { } t ? network.Score(t.Inputs, t.Labels) : null,
            elapsed);

    public override double Monitored(ClassifierMetrics metrics) => (metrics.Test ?? metrics.Train).Loss;

    public override double Score(double monitored) => monitored;

    public override void Dispose()
    {
        order.Dispose();
        scored.Inputs.Dispose();
        scored.Labels.Dispose();
        defaultGenerator.set_state(callersState);
        callersState.Dispose();
        defaultGenerator.Dispose();
    }

    private Tensor Loss(Tensor inputs, Tensor labels) => torch.nn.functional.cross_entropy(network.call(inputs), labels);

    // Along the gradient of each row, whatever its length; a row without one stays where it is.
    private static Tensor Moved(Tensor inputs, double distance)
    {
        using var noGrad = torch.no_grad();
        var gradient = inputs.grad!;
        var lengths = gradient.flatten(1).norm(1).clamp_min(1e-20).view([-1, .. Enumerable.Repeat(1L, (int)inputs.dim() - 1)]);
        return inputs + (gradient / lengths * distance);
    }

    private static (Tensor Inputs, Tensor Labels) Some((Tensor Inputs, Tensor Labels) rows, ClassifierTrainingOptions options)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var total = rows.Inputs.shape[0];
        if (options.EvaluationRows is not { } count || count >= total)
            return (rows.Inputs.alias().DetachFromDisposeScope(), rows.Labels.alias().DetachFromDisposeScope());
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        var some = torch.randperm(total, ScalarType.Int64, generator: generator).narrow(0, 0, count).to(rows.Inputs.device);
        return (rows.Inputs.index_select(0, some).DetachFromDisposeScope(), rows.Labels.index_select(0, some).DetachFromDisposeScope());
    }

    private static Tensor DefaultState()
    {
        using var generator = Generator.Default;
        return generator.get_state().DetachFromDisposeScope();
    }
}
