using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>A small training run that can be started, broken off and started again, each time from a model made anew.</summary>
/// <param name="Name">What tests are called by.</param>
/// <param name="Epochs">Epochs of all layers together.</param>
/// <param name="Fit">
/// Makes a model from a seed, trains it, and gives its state as bytes by name, and what was measured, as texts without
/// times.
/// </param>
internal sealed record CheckpointScenario(
    string Name,
    int Epochs,
    Func<int, CheckpointOptions?, IProgress<TrainingProgress>?, CheckpointScenario.Outcome> Fit)
{
    public static IReadOnlyList<CheckpointScenario> EnergyModels { get; } =
    [
        .. NegativePhases.All(2, 10).SelectMany(phase => new[] { false, true }.Select(gaussian => Machine(
            $"{phase}, {(gaussian ? "Gaussian" : "Bernoulli")} units",
            () => new() { Epochs = 4, LearningRate = 0.01, NegativePhase = phase },
            gaussian))),
        Machine("CD and SGD with momentum", () => new()
        {
            Epochs = 5,
            LearningRate = Schedule.Linear(0.1, 0.01),
            Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 3, 0.9) },
        }),
        Machine("PCD and Adam", () => new()
        {
            Epochs = 4,
            LearningRate = 0.01,
            Optimizer = new AdamSettings { WeightDecay = 0.01 },
            NegativePhase = new PersistentContrastiveDivergence(2, 15),
        }),
        Machine("Gaussian units, PCD and Adam", () => new()
        {
            Epochs = 4,
            LearningRate = 0.01,
            Optimizer = new AdamSettings(),
            NegativePhase = new PersistentContrastiveDivergence(1, 10),
        }, gaussian: true),
        Machine("best parameters and validation rows", () => new()
        {
            Epochs = 6,
            LearningRate = Schedule.Switch(0.05, 3, 4),
            Patience = 10,
            EvaluationRows = 20,
        }, validation: true),
        Machine("early stopping by pseudo-likelihood", () => new()
        {
            Epochs = 50,
            LearningRate = Schedule.Switch(0.05, 3, 4),
            Patience = 2,
            Monitor = TrainingMonitor.PseudoLogLikelihood,
        }, epochs: null),
        Machine("penalty and bounds", () => new()
        {
            Epochs = 3,
            Optimizer = new AdamSettings(),
            L1Penalty = 0.01,
            MaxGradientNorm = 0.1,
            MaxWeightNorm = 0.05,
        }),
        Machine("centering, a sparsity target and SGD with momentum", () => new()
        {
            Epochs = 4,
            Centering = new() { SlidingFactor = 0.1 },
            Sparsity = new(),
        }),
        Machine("parallel tempering, centering and Adam", () => new()
        {
            Epochs = 4,
            LearningRate = 0.01,
            Optimizer = new AdamSettings(),
            NegativePhase = new ParallelTempering(4, 10),
            Centering = new(),
        }),
        Machine("products in bfloat16, persistent chains, centering", () => InBFloat16.Of(new() { Epochs = 4 })),
        Machine("products in bfloat16, CD and SGD with momentum", () => InBFloat16.Of(new()
        {
            Epochs = 4,
            LearningRate = 0.1,
            Centering = null,
            NegativePhase = new ContrastiveDivergence(2),
        })),
        Gapped("gaps that are drawn, and weights", MissingValues.Draw),
        // Tempered chains look at the data's means again after a hundred updates.
        Gapped("gaps that are drawn, and tempering", MissingValues.Draw, new ParallelTempering(4, 10), batchSize: 1),
        // The model has drawn the rows that these phases keep, or compute something from.
        Gapped("gaps that are drawn, and a phase that keeps rows", MissingValues.Draw, new KeptRows()),
        Gapped("gaps that are drawn, and chains that restart at rows", MissingValues.Draw, new ReplayBuffer(1, 200, 200, 1, ReplayStart.Data)),
        Gapped("gaps that are drawn, and chains that restart at noise", MissingValues.Draw, new ReplayBuffer(1, 20, 40, 0.5, ReplayStart.Normal)),
        Gapped("gaps that are left out, and weights", MissingValues.LeaveOut),
        new("a model that is no module", 4, (seed, checkpoint, progress) =>
        {
            using var data = Data();
            using var rbm = Rbm.Bernoulli(6, 4, seed: seed);
            var history = new Wrapped(rbm).Fit(data, new() { Epochs = 4, BatchSize = 12, Checkpoint = checkpoint }, progress: progress);
            return new(Bytes(rbm), [.. history.Epochs.Select(MetricsText.Of)]);
        }),
        new("a neural model, replay buffer", 3, (seed, checkpoint, progress) =>
        {
            using var data = Data();
            var network = torch.nn.Linear(6, 1);
            Make.Randomise(network, seed, 0.3);
            using var model = new NeuralEnergyModel(network, 6, new() { StepSize = 0.1, Steps = 2 });
            var options = new TrainingOptions { Epochs = 3, BatchSize = 12, NegativePhase = new ReplayBuffer(2, 5, 20, 0.3), Checkpoint = checkpoint };
            var history = model.Fit(data, options, progress: progress);
            return new(Bytes(model), [.. history.Epochs.Select(MetricsText.Of)]);
        }),
        Untied("an untied network", new()),
        Untied("an untied network, a phase that keeps features", new() { NegativePhase = new KeptRows() }),
        Untied("an untied network, chains that restart at features", new() { LearningRate = 2, NegativePhase = new ReplayBuffer(1, 40, 40, 0.9, ReplayStart.Data) }),
        new("an untied network with labels, some rows without, and a discriminative part with dropout", 4, (seed, checkpoint, progress) =>
        {
            using var scope = torch.NewDisposeScope();
            var data = Data();
            var labels = data.select(1, 0).to(ScalarType.Int64).masked_fill(torch.arange(40).remainder(3).eq(0), -1);
            using var dbn = ClassificationDbn.Bernoulli([6, 5, 4, 3], classes: 2, WeightInitialization.Normal(0.3), seed);
            using var untied = dbn.Untie();
            var history = untied.Fit(data, labels, new() { Epochs = 4, BatchSize = 12, DiscriminativeWeight = 2, Dropout = new(0.1, 0.3), Checkpoint = checkpoint }, progress: progress);
            return new(Bytes(untied), [.. history.Epochs.Select(MetricsText.Of)]);
        }),
        new("a network with labels, some rows without", 9, (seed, checkpoint, progress) =>
        {
            using var scope = torch.NewDisposeScope();
            var data = Data();
            var labels = data.select(1, 0).to(ScalarType.Int64).masked_fill(torch.arange(40).remainder(3).eq(0), -1);
            var dbn = ClassificationDbn.Bernoulli([6, 5, 4, 3], classes: 2, WeightInitialization.Normal(0.3), seed);
            var options = new ClassificationDbnOptions
            {
                Layers = [new() { Epochs = 3, BatchSize = 12 }, new() { Epochs = 2, BatchSize = 12 }],
                Top = new() { Epochs = 4, BatchSize = 12, GenerativeWeight = 1, NegativePhase = new PersistentContrastiveDivergence(1, 7) },
                Checkpoint = checkpoint,
            };
            var history = dbn.Fit(data, labels, options, progress: progress);
            return new(Bytes(dbn), [.. history.Layers.SelectMany(h => h.Epochs.Select(MetricsText.Of)), .. history.Top.Epochs.Select(MetricsText.Of)]);
        }),
        new("a classifier with batch normalization, dropout and virtual adversarial training", 4, (seed, checkpoint, progress) =>
        {
            using var scope = torch.NewDisposeScope();
            var data = Data();
            var labels = data.select(1, 0).to(ScalarType.Int64);
            using var net = DeepBelief.Classifier.Random([6, 8], 2, seed, dropout: new(0.1, 0.3)).WithBatchNormalization(data);
            var options = new ClassifierTrainingOptions
            {
                Epochs = 4,
                BatchSize = 12,
                LearningRate = 0.02,
                Patience = 3,
                VirtualAdversarial = new(),
                Checkpoint = checkpoint,
            };
            var history = net.FitClassifier(data, labels, options, (data, labels), progress);
            return new(Bytes(net), [.. history.Epochs.Select(MetricsText.Of)]);
        }),
        Deep("a deep machine", () => new() { Epochs = 3 }),
        Deep("a deep machine, tempering, a sparsity target and Adam", () => new() { Epochs = 3, NegativePhase = new ParallelTempering(3, 8), Sparsity = new(), Optimizer = new AdamSettings() }),
        Deep("a deep machine of real numbers, CD", () => new() { Epochs = 3, NegativePhase = new ContrastiveDivergence() }, gaussian: true),
        Pairs("a deep machine, one pair of layers at a time", checkpoint => new()
        {
            Layers = [new() { Epochs = 3, BatchSize = 12 }, new() { Epochs = 1, BatchSize = 12, Optimizer = new AdamSettings() }, new() { Epochs = 2, Seed = 4, Patience = 3 }],
            Checkpoint = checkpoint,
        }),
        Pairs("a deep machine, one pair of layers at a time, more copies, by PCD", checkpoint => new()
        {
            Epochs = 2,
            BatchSize = 12,
            UpperCopies = 2,
            NegativePhase = new PersistentContrastiveDivergence(1, 10),
            Checkpoint = checkpoint,
        }),
        Network("a network", 7, checkpoint => new()
        {
            BatchSize = 12,
            Layers = [new() { Epochs = 3, BatchSize = 12, Patience = 5 }, new() { Epochs = 2, BatchSize = 12, Optimizer = new AdamSettings() }, new() { Epochs = 2, Seed = 4 }],
            Checkpoint = checkpoint,
        }),
        Network("a network with an option for each layer", 6, checkpoint => new()
        {
            Layers =
            [
                new() { Epochs = 2, BatchSize = 12, NegativePhase = new ParallelTempering(3, 8) },
                new() { Epochs = 2, BatchSize = 12, Centering = new() },
                new() { Epochs = 2, BatchSize = 12, Sparsity = new() { Decay = 0.5 }, MaxWeightNorm = 0.2 },
            ],
            Checkpoint = checkpoint,
        }),
        Network("a network on sampled states, by PCD", 6, checkpoint => new()
        {
            Epochs = 2,
            BatchSize = 12,
            NegativePhase = new PersistentContrastiveDivergence(1, 10),
            Inputs = LayerInputs.MeanOfSamples(2),
            Checkpoint = checkpoint,
        }),
        Network("a network whose layers begin tied", 6, checkpoint => new() { Epochs = 2, BatchSize = 12, TiedStart = true, Checkpoint = checkpoint }, [6, 5, 8, 5]),
    ];

    /// <summary>Dropout draws from torch's default generator, which belongs to the whole process.</summary>
    public static CheckpointScenario Classifier { get; } = Dropout("a classifier with dropout", fromSource: false);

    public static CheckpointScenario ClassifierFromSource { get; } = Dropout("a classifier with dropout, from a source", fromSource: true);

    private static CheckpointScenario Dropout(string name, bool fromSource) => new(name, 5, (seed, checkpoint, progress) =>
    {
        using var data = Data();
        using var labels = data.select(1, 0).to(ScalarType.Int64);
        torch.manual_seed(seed);
        using var net = torch.nn.Sequential(
            ("0", torch.nn.Linear(6, 8)),
            ("1", new RunningMean(8)),
            ("2", torch.nn.Dropout(0.5)),
            ("3", torch.nn.Linear(8, 2)));
        var options = new ClassifierTrainingOptions { Epochs = 5, BatchSize = 12, LearningRate = 0.02, Patience = 4, Checkpoint = checkpoint };
        var history = fromSource
            ? ClassifierTraining.FitClassifier(net, new ShuffledLabelledSource(data, labels, options), options, (data, labels), progress: progress)
            : ClassifierTraining.FitClassifier(net, data, labels, options, (data, labels), progress: progress);
        return new(Bytes(net), [.. history.Epochs.Select(MetricsText.Of)]);
    });

    public static Tensor Data(int seed = 1)
    {
        using var bits = Make.Bits(seed, 40, 6);
        return bits.to(ScalarType.Float32);
    }

    public static Dictionary<string, byte[]> Bytes(torch.nn.Module module)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return module.state_dict().ToDictionary(t => t.Key, t => t.Value.detach().contiguous().bytes.ToArray());
    }

    public override string ToString() => Name;

    private static CheckpointScenario Gapped(string name, MissingValues missing, NegativePhase? phase = null, int batchSize = 12) => new(name, 4, (seed, checkpoint, progress) =>
    {
        using var whole = Data();
        using var data = whole.masked_fill(Make.Bits(9, whole.shape[0], whole.shape[1], 0.2).to(ScalarType.Bool), float.NaN);
        using var weights = torch.arange(whole.shape[0]).remainder(3).to(ScalarType.Float32);
        using var rbm = Rbm.Bernoulli(6, 4, seed: seed);
        var options = new TrainingOptions { Epochs = 4, BatchSize = batchSize, MissingValues = missing, NegativePhase = phase, Checkpoint = checkpoint };
        var history = rbm.Fit(data, options, progress: progress, weights: weights);
        return new(Bytes(rbm), [.. history.Epochs.Select(MetricsText.Of)]);
    });

    private static CheckpointScenario Machine(string name, Func<TrainingOptions> options, bool gaussian = false, bool validation = false, int? epochs = 0)
        => new(name, epochs is null ? 0 : options().Epochs, (seed, checkpoint, progress) =>
        {
            using var data = Data();
            using var others = Data(seed: 2);
            using var rbm = gaussian ? Rbm.Gaussian(6, 4, seed: seed) : Rbm.Bernoulli(6, 4, seed: seed);
            var run = options() with { BatchSize = 12, Checkpoint = checkpoint };
            var history = validation ? rbm.Fit(data, run, others, progress) : rbm.Fit(data, run, progress: progress);
            return new(Bytes(rbm), [.. history.Epochs.Select(MetricsText.Of), $"best {history.BestEpoch}, stopped early: {history.StoppedEarly}"]);
        });

    private static CheckpointScenario Network(string name, int epochs, Func<CheckpointOptions?, DbnTrainingOptions> options, long[]? sizes = null)
        => new(name, epochs, (seed, checkpoint, progress) =>
        {
            using var data = Data();
            using var dbn = Dbn.Bernoulli(sizes ?? [6, 5, 4, 3], WeightInitialization.Normal(0.3), seed);
            var histories = dbn.Fit(data, options(checkpoint), progress: progress);
            return new(Bytes(dbn), [.. histories.SelectMany(h => h.Epochs.Select(MetricsText.Of))]);
        });

    private static CheckpointScenario Untied(string name, UpDownOptions options) => new(name, 4, (seed, checkpoint, progress) =>
    {
        using var data = Data();
        using var dbn = Dbn.Bernoulli([6, 5, 4, 3], WeightInitialization.Normal(0.3), seed);
        using var untied = dbn.Untie();
        var history = untied.Fit(data, options: options with { Epochs = 4, BatchSize = 12, Checkpoint = checkpoint }, progress: progress);
        return new(Bytes(untied), [.. history.Epochs.Select(MetricsText.Of)]);
    });

    private static CheckpointScenario Deep(string name, Func<DbmTrainingOptions> options, bool gaussian = false)
        => new(name, options().Epochs, (seed, checkpoint, progress) =>
        {
            using var data = Data();
            using var others = Data(seed: 2);
            using var dbm = gaussian ? Dbm.Gaussian([6, 5, 4, 3], WeightInitialization.Normal(0.3), seed) : Dbm.Bernoulli([6, 5, 4, 3], WeightInitialization.Normal(0.3), seed);
            var history = dbm.Fit(data, options() with { BatchSize = 12, Checkpoint = checkpoint }, others, progress);
            return new(Bytes(dbm), [.. history.Epochs.Select(MetricsText.Of)]);
        });

    private static CheckpointScenario Pairs(string name, Func<CheckpointOptions?, DbmPretrainingOptions> options) => new(name, 6, (seed, checkpoint, progress) =>
    {
        using var data = Data();
        using var weights = torch.arange(data.shape[0]).remainder(3).to(ScalarType.Float32);
        using var dbm = Dbm.Bernoulli([6, 5, 4, 3], WeightInitialization.Normal(0.3), seed);
        var histories = dbm.Pretrain(data, options(checkpoint), progress, weights);
        return new(Bytes(dbm), [.. histories.SelectMany(h => h.Epochs.Select(MetricsText.Of))]);
    });

    public sealed record Outcome(Dictionary<string, byte[]> State, IReadOnlyList<string> History)
    {
        public void ShouldBe(Outcome expected)
        {
            History.Should().Equal(expected.History);
            State.Keys.Should().Equal(expected.State.Keys);
            foreach (var (name, bytes) in State)
                bytes.Should().Equal(expected.State[name], name);
        }
    }

    /// <summary>A machine behind the bare interface.</summary>
    private sealed class Wrapped(Rbm rbm) : IEnergyModel
    {
        public long VisibleSize => rbm.VisibleSize;

        public UnitSupport VisibleSupport => rbm.VisibleSupport;

        public IEnumerable<Parameter> parameters(bool recurse = true) => rbm.parameters(recurse);

        public Tensor FreeEnergy(Tensor visible) => rbm.FreeEnergy(visible);

        public Tensor Transition(Tensor visible, Generator? generator = null) => rbm.Transition(visible, generator);

        public void InitializeFromData(Tensor data) => rbm.InitializeFromData(data);
    }

    /// <summary>A layer that changes a buffer while it is trained, and uses it.</summary>
    private sealed class RunningMean : torch.nn.Module<Tensor, Tensor>
    {
        private readonly Tensor mean;

        public RunningMean(long size)
            : base(nameof(RunningMean))
        {
            mean = torch.zeros(size).DetachFromDisposeScope();
            register_buffer("mean", mean);
        }

        public override Tensor forward(Tensor input)
        {
            if (training)
            {
                using var noGrad = torch.no_grad();
                using var now = input.mean(new long[] { 0 });
                _ = mean.mul_(0.9).add_(now, alpha: 0.1);
            }

            return input - mean;
        }
    }
}
