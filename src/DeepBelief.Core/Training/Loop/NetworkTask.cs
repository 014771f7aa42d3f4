using DeepBelief.Evaluation;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>An objective of a network, by autograd. Owns the objective, the scored rows and those of the validation.</summary>
internal sealed class NetworkTask<TMetrics>(
    torch.nn.Module<Tensor, Tensor> network,
    BatchReader rows,
    Batch scored,
    Batch? validation,
    Objective<TMetrics> objective,
    FineTuningOptions options) : TrainingTask<TMetrics>
{
    // For dropout on the CPU. Torch's default generator is shared by all threads.
    private readonly Generator generator = Randomness.Generator(Randomness.OfRank(options.Seed, options.Group), Randomness.Epochs);

    private readonly Tensor[] statistics = [.. new RunningStatistics(network).Tensors];

    private readonly RankExchange? ranks = RankExchange.Of(options.Group, network.parameters(), [.. new RunningStatistics(network).Tensors.Select(tensor => tensor.NumberOfElements)]);

    // What else a network draws on the CPU comes from torch's default generator, which every epoch reseeds.
    private readonly bool drawsByItself = network is FeedForwardNetwork { DrawsByItself: true } or Autoencoder { DrawsByItself: true };

    public override IReadOnlyList<Parameter> Parameters { get; } = [.. network.parameters().Where(p => p.requires_grad)];

    public override IReadOnlyList<Tensor> Kept => [.. Parameters, .. statistics];

    public override BatchReader Rows => rows;

    public override RankExchange? Ranks => ranks;

    public override IDisposable Enter() => new Borrowed(network, drawsByItself);

    public override void BeginEpoch(int epoch)
    {
        base.BeginEpoch(epoch);
        var seed = Randomness.Derive(Randomness.OfRank(options.Seed, options.Group), Randomness.Epochs + epoch);
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
        using var inside = InputChecks.Enter();
        using var own = DefaultGenerator.Replace(generator);
        // Enables training inside a caller's no_grad.
        using var grad = torch.enable_grad();
        network.train();
        if (options.AdversarialDistance is { } distance)
        {
            // Detached, as a source may reuse its tensors.
            var inputs = read.Rows.detach().requires_grad_();
            objective.Loss(inputs, read).Times(0.5).backward();
            objective.Loss(AdversarialMoves.Along(inputs, inputs.grad!, distance), read).Times(0.5).backward();
        }
        else
        {
            objective.Loss(read.Rows, read).backward();
        }

        objective.Penalty(read, rows.ReadUnlabelled(batch))?.backward();
        ranks?.Average(rows.Share, statistics);
    }

    public override TMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        using var inside = InputChecks.Enter();
        return objective.Evaluate(epoch, learningRate, scored, validation, elapsed);
    }

    public override double Monitored(TMetrics metrics) => objective.Monitored(metrics);

    public override void Dispose()
    {
        generator.Dispose();
        ranks?.Dispose();
        scored.Dispose();
        validation?.Dispose();
        objective.Dispose();
    }

    /// <summary>The network's modes, and the state of torch's default generator if the network draws from it, to put back.</summary>
    private sealed class Borrowed : IDisposable
    {
        private readonly ModuleModes modes;
        private readonly Tensor? state;

        public Borrowed(torch.nn.Module network, bool drawsByItself)
        {
            modes = new ModuleModes(network);
            network.eval();
            if (drawsByItself)
                return;
            using var shared = Generator.Default;
            state = shared.get_state().DetachFromDisposeScope();
        }

        public void Dispose()
        {
            modes.Restore();
            if (state is null)
                return;
            using var shared = Generator.Default;
            shared.set_state(state);
            state.Dispose();
        }
    }
}
