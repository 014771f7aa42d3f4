using DeepBelief.Evaluation;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The cross-entropy loss of a network. Owns the scored rows and the weights of classes.</summary>
internal sealed class ClassifierTask(
    torch.nn.Module<Tensor, Tensor> network,
    BatchReader rows,
    Batch scored,
    Batch? validation,
    Tensor? classWeights,
    ClassifierTrainingOptions options) : TrainingTask<ClassifierMetrics>
{
    // For dropout on the CPU. Torch's default generator is shared by all threads.
    private readonly Generator generator = Randomness.Generator(options.Seed, Randomness.Epochs);

    // What else a network draws on the CPU comes from torch's default generator; the run reseeds it and finally restores its state.
    private readonly DefaultState? shared = network is Classifier { DrawsByItself: true } ? null : new DefaultState();

    public override IReadOnlyList<Parameter> Parameters { get; } = [.. network.parameters().Where(p => p.requires_grad)];

    public override BatchReader Rows => rows;

    public override void BeginEpoch(int epoch)
    {
        base.BeginEpoch(epoch);
        var seed = Randomness.Derive(options.Seed, Randomness.Epochs + epoch);
        _ = generator.manual_seed(seed);
        shared?.Seed(seed);
    }

    public override void ComputeGradient(int batch, double keep)
    {
        Gradients.Drop(Parameters);
        var read = rows.Read(batch).WithoutGraph();
        var (inputs, labels, weights) = (read.Rows, read.Labels!, TrainingWeights.OfLabelled(read, classWeights));
        using var inside = InputChecks.Enter();
        using var own = DefaultGenerator.Replace(generator);
        // Enables training inside a caller's no_grad.
        using var grad = torch.enable_grad();
        network.train();
        if (options.AdversarialDistance is not { } distance)
        {
            Loss(inputs).backward();
            return;
        }

        // Detached, as a source may reuse its tensors.
        inputs = inputs.detach().requires_grad_();
        Loss(inputs).Times(0.5).backward();
        Loss(Moved(inputs, distance)).Times(0.5).backward();

        Tensor Loss(Tensor given) => weights is null
            ? torch.nn.functional.cross_entropy(network.call(given), labels)
            : (torch.nn.functional.cross_entropy(network.call(given), labels, reduction: torch.nn.Reduction.None) * weights).mean();
    }

    public override ClassifierMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        using var inside = InputChecks.Enter();
        return new(
            epoch,
            learningRate,
            Score(scored),
            validation is { } unseen ? Score(unseen) : null,
            elapsed);

        ClassifierScore Score(Batch labelled)
        {
            using var scope = torch.NewDisposeScope();
            var weights = TrainingWeights.OfLabelled(labelled, classWeights);
            // None of a few rows may be of a class that counts.
            var count = weights is not null && weights.sum().Number() > 0;
            return ClassifierEvaluation.Score(network, labelled.Rows, labelled.Labels!, count ? weights : null);
        }
    }

    public override double Monitored(ClassifierMetrics metrics) => (metrics.Validation ?? metrics.Train).Loss;

    public override void Dispose()
    {
        shared?.Dispose();
        generator.Dispose();
        scored.Dispose();
        classWeights?.Dispose();
    }

    // Moves each row by the distance along its normalized gradient; rows with zero gradient stay.
    private static Tensor Moved(Tensor inputs, double distance)
    {
        using var noGrad = torch.no_grad();
        var gradient = inputs.grad!;
        var lengths = gradient.flatten(1).norm(1).AtLeast(1e-20).view([-1, .. Enumerable.Repeat(1L, (int)inputs.dim() - 1)]);
        return inputs.Plus((gradient / lengths).Times(distance));
    }

    private sealed class DefaultState : IDisposable
    {
        private readonly Generator defaultGenerator = Generator.Default;
        private readonly Tensor callers;

        public DefaultState() => callers = defaultGenerator.get_state().DetachFromDisposeScope();

        public void Seed(long seed) => _ = defaultGenerator.manual_seed(seed);

        public void Dispose()
        {
            defaultGenerator.set_state(callers);
            callers.Dispose();
            defaultGenerator.Dispose();
        }
    }
}
