using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>A run of twelve epochs that can be made at once or in parts, each time from a model made anew.</summary>
/// <param name="Name">What tests are called by.</param>
/// <param name="Start">Makes model and data, and starts the run.</param>
internal sealed record TrainerScenario(string Name, Func<CheckpointOptions?, TrainerScenario.Subject> Start)
{
    public const int Epochs = 12;

    public static IReadOnlyList<TrainerScenario> All { get; } =
    [
        Machine("the defaults: tempering, centering, averaging", new()),
        Machine("CD, momentum held in the gradients", new()
        {
            NegativePhase = new ContrastiveDivergence(),
            Centering = null,
            Averaging = 0,
            LearningRate = Schedule.Linear(0.1, 0.01),
            Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 5, 0.9), WeightDecay = 0.001 },
        }),
        Machine("PCD and averaging", new() { NegativePhase = new PersistentContrastiveDivergence(2, 15), Averaging = 0.5 }),
        Machine("tempering and Adam", new() { NegativePhase = new ParallelTempering(3, 10), Optimizer = new AdamSettings(), LearningRate = 0.01 }),
        Machine("patience", new() { Patience = 100, LearningRate = Schedule.Switch(0.05, 5, 4) }),
        Machine("patience that ends", new() { Patience = 2, LearningRate = Schedule.Switch(0.05, 5, 4), Monitor = TrainingMonitor.PseudoLogLikelihood }),
        Machine("a penalty, a target and bounds", new() { L1Penalty = 0.001, Sparsity = new(), MaxGradientNorm = 1, MaxWeightNorm = 0.5 }),
        Machine("Gaussian units", new() { NegativePhase = new PersistentContrastiveDivergence(1, 10) }, gaussian: true),
        Machine("an optimizer of torch", new() { Optimizer = new TorchOptimizerSettings(p => torch.optim.Adam(p)), LearningRate = 0.01 }),
        Machine("a source", new(), fromSource: true),
        new("a deep machine", checkpoint =>
        {
            var dbm = Dbm.Bernoulli(6, 4, 3);
            using var data = CheckpointScenario.Data();
            return Subject.Of(dbm, dbm.StartTraining(data, new() { Epochs = Epochs, BatchSize = 12, Checkpoint = checkpoint }));
        }),
        new("a neural model, replay buffer", checkpoint =>
        {
            var network = torch.nn.Linear(6, 1);
            Make.Randomise(network, 3, 0.3);
            var model = new NeuralEnergyModel(network, 6, new() { StepSize = 0.1, Steps = 2 });
            var options = new TrainingOptions { Epochs = Epochs, BatchSize = 12, NegativePhase = new ReplayBuffer(2, 5, 20, 0.3), Checkpoint = checkpoint };
            using var data = CheckpointScenario.Data();
            return Subject.Of(model, model.StartTraining(data, options));
        }),
        new("a classifier with dropout", checkpoint =>
        {
            var (inputs, labels) = Labelled();
            torch.manual_seed(3);
            var net = torch.nn.Sequential(("0", torch.nn.Linear(6, 8)), ("1", torch.nn.Dropout(0.5)), ("2", torch.nn.Linear(8, 2)));
            net.eval();
            var trainer = ClassifierTraining.StartTraining(net, inputs, labels, new() { Epochs = Epochs, BatchSize = 12, Checkpoint = checkpoint }, (inputs, labels));
            // A trainer needs nobody to keep the tensors that it was given.
            inputs.Dispose();
            labels.Dispose();
            return Subject.Of(net, trainer);
        }),
        new("a classifier of the library", checkpoint =>
        {
            var (inputs, labels) = Labelled();
            var net = Classifier.Random([6, 8], 2, seed: 3);
            return Subject.Of(net, net.StartTraining(inputs, labels, new() { Epochs = Epochs, BatchSize = 12, Patience = 50, Checkpoint = checkpoint }));
        }),
        new("a classifier with dropout, beside unlabelled rows", checkpoint =>
        {
            var (inputs, labels) = Labelled();
            using var unlabelled = Make.Bits(5, 70, 6).to(ScalarType.Float32);
            var net = Classifier.Random([6, 8], 2, seed: 3, dropout: new(0.1, 0.3));
            return Subject.Of(net, net.StartTraining(inputs, labels, new() { Epochs = Epochs, BatchSize = 12, Checkpoint = checkpoint }, unlabelled: unlabelled));
        }),
        new("a regressor with dropout", checkpoint =>
        {
            using var data = CheckpointScenario.Data();
            var net = Regressor.Random([6, 8], 6, seed: 3, dropout: new(0.1, 0.3));
            return Subject.Of(net, net.StartTraining(data, data, new() { Epochs = Epochs, BatchSize = 12, Checkpoint = checkpoint }, (data, data)));
        }),
        new("an autoencoder", checkpoint =>
        {
            using var data = CheckpointScenario.Data();
            using var dbn = Dbn.Bernoulli([6, 5, 3], WeightInitialization.Normal(1), seed: 3);
            var autoencoder = dbn.ToAutoencoder();
            return Subject.Of(autoencoder, autoencoder.StartTraining(data, new() { Epochs = Epochs, BatchSize = 12, Patience = 50, Checkpoint = checkpoint }, data));
        }),
        new("a classification machine", checkpoint =>
        {
            var (inputs, labels) = Labelled();
            var model = ClassificationRbm.Bernoulli(6, 4, 2);
            return Subject.Of(model, model.StartTraining(inputs, labels, new() { Epochs = Epochs, BatchSize = 12, Checkpoint = checkpoint }, (inputs, labels)));
        }),
        new("a classification machine, some rows without a label", checkpoint =>
        {
            var (inputs, labels) = Labelled();
            var model = ClassificationRbm.Bernoulli(6, 4, 2);
            return Subject.Of(model, model.StartTraining(inputs, Gapped(labels), new() { Epochs = Epochs, BatchSize = 12, Checkpoint = checkpoint }));
        }),
        new("an untied network", checkpoint =>
        {
            using var dbn = Dbn.Bernoulli([6, 5, 4, 3], WeightInitialization.Normal(0.3), seed: 2);
            var model = dbn.Untie();
            return Subject.Of(model, model.StartTraining(CheckpointScenario.Data(), options: new() { Epochs = Epochs, BatchSize = 12, Patience = 100, Checkpoint = checkpoint }));
        }),
        new("an untied network with labels, some rows without, PCD and Adam", checkpoint =>
        {
            var (inputs, labels) = Labelled();
            using var dbn = ClassificationDbn.Bernoulli([6, 5, 4], 2, WeightInitialization.Normal(0.3), seed: 2);
            var model = dbn.Untie();
            var options = new UpDownOptions
            {
                Epochs = Epochs,
                BatchSize = 12,
                LearningRate = Schedule.Linear(0.01, 0.001),
                Optimizer = new AdamSettings(),
                NegativePhase = new PersistentContrastiveDivergence(2, 7),
                Averaging = 0.5,
                Checkpoint = checkpoint,
            };
            return Subject.Of(model, model.StartTraining(inputs, Gapped(labels), options, (inputs, labels)));
        }),
        new("an untied network of real numbers, rows with weights", checkpoint =>
        {
            using var dbn = Dbn.Gaussian([6, 5, 4], WeightInitialization.Normal(0.3), seed: 2);
            var model = dbn.Untie();
            using var weights = torch.arange(40).remainder(3).to(ScalarType.Float32);
            return Subject.Of(model, model.StartTraining(CheckpointScenario.Data(), options: new() { Epochs = Epochs, BatchSize = 12, Checkpoint = checkpoint }, weights: weights));
        }),
        new("an untied network, from a source", checkpoint =>
        {
            using var dbn = Dbn.Bernoulli([6, 5, 4], WeightInitialization.Normal(0.3), seed: 2);
            var model = dbn.Untie();
            var data = CheckpointScenario.Data().DetachFromDisposeScope();
            return Subject.Of(model, model.StartTraining(Given.Slices(data, 10), new() { Epochs = Epochs, Checkpoint = checkpoint }, data), data);
        }),
        new("an untied network with labels, from a source", checkpoint =>
        {
            using var dbn = ClassificationDbn.Bernoulli([6, 5, 4], 2, WeightInitialization.Normal(0.3), seed: 2);
            var model = dbn.Untie();
            var (source, needs) = LabelledSource();
            return Subject.Of(model, model.StartTraining(source, new() { Epochs = Epochs, Checkpoint = checkpoint }), needs);
        }),
        new("a network with labels, rows with weights", checkpoint =>
        {
            var (inputs, labels) = Labelled();
            var model = ClassificationDbn.Bernoulli([6, 5, 4], 2, seed: 2);
            using var weights = torch.arange(40).remainder(3).to(ScalarType.Float32);
            return Subject.Of(model, model.StartTraining(inputs, Gapped(labels), Deep(checkpoint), (inputs, labels), weights: weights));
        }),
        new("a network with labels, from a source", checkpoint =>
        {
            var model = ClassificationDbn.Bernoulli([6, 5, 4], 2, seed: 2);
            var (source, needs) = LabelledSource();
            return Subject.Of(model, model.StartTraining(source, Deep(checkpoint)), needs);
        }),
    ];

    public override string ToString() => Name;

    private static TrainerScenario Machine(string name, TrainingOptions options, bool gaussian = false, bool fromSource = false) => new(name, checkpoint =>
    {
        var rbm = gaussian ? Rbm.Gaussian(6, 4) : Rbm.Bernoulli(6, 4);
        var own = options with { Epochs = Epochs, BatchSize = 12, Checkpoint = checkpoint };
        var data = CheckpointScenario.Data();
        if (!fromSource)
            return Subject.Of(rbm, rbm.StartTraining(data, own, data));
        // A source needs its rows as long as the run.
        _ = data.DetachFromDisposeScope();
        return Subject.Of(rbm, rbm.StartTraining(new Given(4, (epoch, batch) => data.narrow(0, 10 * ((batch + epoch) % 4), 10)), own, data), data);
    });

    private static ClassificationDbnOptions Deep(CheckpointOptions? checkpoint)
        => new() { Epochs = 2, BatchSize = 12, Checkpoint = checkpoint, Top = new() { Epochs = Epochs, BatchSize = 12, GenerativeWeight = 1 } };

    private static (ShuffledLabelledSource Source, IDisposable[] Needs) LabelledSource()
    {
        var (inputs, labels) = Labelled();
        var gapped = Gapped(labels).DetachFromDisposeScope();
        return (new(inputs.DetachFromDisposeScope(), gapped, new ClassifierTrainingOptions { BatchSize = 12 }), [inputs, gapped]);
    }

    private static Tensor Gapped(Tensor labels) => torch.where(torch.arange(labels.shape[0]).remainder(3).eq(0), torch.full_like(labels, -1), labels);

    private static (Tensor Inputs, Tensor Labels) Labelled()
    {
        var data = CheckpointScenario.Data();
        return (data, data.select(1, 0).to(ScalarType.Int64));
    }

    /// <summary>A model and its trainer.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="Train">Trains for some epochs, or for the rest of the plan, and returns the history as texts without times.</param>
    /// <param name="IsFinished">What the trainer says.</param>
    /// <param name="Owned">The trainer, and what else it needs.</param>
    public sealed record Subject(torch.nn.Module Model, Func<int?, IReadOnlyList<string>> Train, Func<bool> IsFinished, IDisposable[] Owned) : IDisposable
    {
        public static Subject Of<TMetrics>(torch.nn.Module model, Trainer<TMetrics> trainer, params IDisposable[] needs)
            => new(model, epochs => Texts(trainer.Train(epochs)), () => trainer.IsFinished, [trainer, .. needs]);

        public void Dispose()
        {
            foreach (var item in Owned)
                item.Dispose();
            Model.Dispose();
        }

        private static List<string> Texts<TMetrics>(TrainingHistory<TMetrics> history) =>
        [
            .. history.Epochs.Cast<IEpochMetrics>().Select(MetricsText.Of),
            $"best {history.BestEpoch}, stopped early: {history.StoppedEarly}",
        ];
    }
}
