using DeepBelief.Evaluation;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The cross-entropy loss of a network. Owns the scored rows, those of the validation and the weights of classes.</summary>
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

    // What else a network draws on the CPU comes from torch's default generator, which every epoch reseeds.
    private readonly bool drawsByItself = network is Classifier { DrawsByItself: true };

    public override IReadOnlyList<Parameter> Parameters { get; } = [.. network.parameters().Where(p => p.requires_grad)];

    public override BatchReader Rows => rows;

    public override IDisposable Enter() => new Borrowed(network, drawsByItself);

    public override void BeginEpoch(int epoch)
    {
        base.BeginEpoch(epoch);
        var seed = Randomness.Derive(options.Seed, Randomness.Epochs + epoch);
        _ = generator.manual_seed(seed);
        if (drawsByItself)
            return;
        using var shared = Generator.Default;
        _ = shared.manual_seed(seed);
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
        generator.Dispose();
        scored.Dispose();
        validation?.Dispose();
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

    /// <summary>The network's modes, and the state of torch's default generator if the network draws from it, to put back.</summary>
    private sealed class Borrowed : IDisposable
    {
        private readonly EvaluationMode modes;
        private readonly Tensor? state;

        public Borrowed(torch.nn.Module network, bool drawsByItself)
        {
            modes = new EvaluationMode(network);
            if (drawsByItself)
                return;
            using var shared = Generator.Default;
            state = shared.get_state().DetachFromDisposeScope();
        }

        public void Dispose()
        {
            modes.Dispose();
            if (state is null)
                return;
            using var shared = Generator.Default;
            shared.set_state(state);
            state.Dispose();
        }
    }
}
