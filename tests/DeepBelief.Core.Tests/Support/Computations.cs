using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>What the library does, from end to end in small: by name, and each the same bytes at every call.</summary>
/// <remarks>All types are named, so that what they are by default cannot come in here, and all tensors are given back.</remarks>
internal sealed class Computations
{
    private readonly List<byte[]> results = [];

    private Computations()
    {
    }

    private static IReadOnlyDictionary<string, Action<Computations>> All { get; } = new Dictionary<string, Action<Computations>>(
    [
        .. UnitCases.Names.SelectMany(kind => new[]
        {
            KeyValuePair.Create<string, Action<Computations>>($"{kind} below", c => c.Machine(kind, "bernoulli")),
            KeyValuePair.Create<string, Action<Computations>>($"{kind} above", c => c.Machine("bernoulli", kind)),
        }),
        new("float64", c => c.Machine("bernoulli", "gaussian", ScalarType.Float64)),
        new("training options", c => c.Options()),
        new("bits", c => c.Bits()),
        new("classes", c => c.Classes()),
        new("neural", c => c.Neural()),
        new("network", c => c.Network()),
        new("data", c => c.Data()),
    ]);

    public static IEnumerable<string> Names => All.Keys;

    public static byte[] Run(string name)
    {
        var computation = new Computations();
        All[name](computation);
        return [.. computation.results.SelectMany(bytes => bytes)];
    }

    public static Tensor Rows(string kind, long rows, long columns, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.NewUnits(kind, columns);
        _ = units.to(dtype);
        using var generator = new Generator(7);
        return units.Sample(torch.zeros(rows, columns, dtype, torch.CPU), generator).MoveToOuterDisposeScope();
    }

    private void Machine(string visible, string hidden, ScalarType dtype = ScalarType.Float32)
    {
        using var rbm = new Rbm(Make.NewUnits(visible, 6), Make.NewUnits(hidden, 5), WeightInitialization.Normal(0.3), seed: 2);
        _ = rbm.to(dtype);
        using var rows = Rows(visible, 30, 6, dtype);
        Keep(rbm.Fit(rows, new() { Epochs = 2, BatchSize = 8, LearningRate = 0.01, NegativePhase = new PersistentContrastiveDivergence(2, 10), Optimizer = new AdamSettings() }));
        Keep(rbm.Fit(rows, new() { Epochs = 2, BatchSize = 8, LearningRate = 0.001, InitializeFromData = false }));
        Keep(rbm);

        using var generator = new Generator(3);
        using var states = Keep(rbm.SampleHidden(rows, generator));
        using var mask = torch.tensor(new[] { true, false, true, false, true, false }, ScalarType.Bool, torch.CPU);
        using var clamped = mask.unsqueeze(0);
        Keep(rbm.FreeEnergy(rows)).Dispose();
        Keep(rbm.HiddenFreeEnergy(states)).Dispose();
        Keep(rbm.Energy(rows, states)).Dispose();
        Keep(rbm.HiddenMean(rows)).Dispose();
        Keep(rbm.VisibleMean(states)).Dispose();
        Keep(rbm.Reconstruct(rows, generator)).Dispose();
        Keep(MarkovChain.Run(rbm, rows, 3, generator)).Dispose();
        Keep(MarkovChain.RunClamped(rbm, rows, clamped, 3, generator)).Dispose();
        Keep(rbm.Visible.Variance(rows)).Dispose();
        Keep(ModelEvaluation.ReconstructionError(rbm, rows, generator));
        Keep(ModelEvaluation.FreeEnergyGap(rbm, rows, rows));
        rbm.AccumulateGradient(rows, rows);
        AutogradGradient.Accumulate(rbm, rows, rows);
        Keep(rbm);

        using var folder = new TemporaryFolder();
        var path = folder.File("machine");
        foreach (var format in Formats.General)
        {
            rbm.Save(path, format);
            using var loaded = Rbm.Load(path);
            Keep(loaded);
        }
    }

    private void Options()
    {
        using var rows = Rows("bernoulli", 30, 6);
        foreach (var options in new TrainingOptions[]
        {
            new() { Centering = new(), Sparsity = new(), Optimizer = new SgdSettings { WeightDecay = 0.01 } },
            new() { NegativePhase = new ParallelTempering(3, 10), MaxGradientNorm = 1, MaxWeightNorm = 0.2, L1Penalty = 0.01 },
            new() { NegativePhase = new ReplayBuffer(2, 5, 20, 0.3) },
            new() { NegativePhase = new ReplayBuffer(2, 5, 20, 0.3, ReplayStart.Data), Patience = 2 },
        })
        {
            using var rbm = Rbm.Bernoulli(6, 4, seed: 3);
            Keep(rbm.Fit(rows, options with { Epochs = 3, BatchSize = 8 }, rows));
            Keep(rbm);
        }
    }

    private void Bits()
    {
        using var rbm = Rbm.Bernoulli(6, 4, WeightInitialization.Normal(0.5), seed: 3);
        using var rows = Rows("bernoulli", 20, 6);
        using var generator = new Generator(5);
        Keep(ModelEvaluation.PseudoLogLikelihood(rbm, rows, generator));
        Keep(ModelEvaluation.ExactPseudoLogLikelihood(rbm, rows));
        Keep(ExactEnumeration.LogPartition(rbm));
        using var exact = Keep(ExactEnumeration.Sample(rbm, 10, generator));
        var options = new AnnealingOptions { Chains = 20, Schedule = AnnealingSchedule.Uniform(20), SampleSteps = 5 };
        var bracket = AnnealedImportanceSampling.Bracket(rbm, rows, options);
        Keep([.. bracket.Forward.LogWeights, .. bracket.Reverse.LogWeights]);
        Keep([.. LogLikelihood.Evaluate(rbm, rows, bracket.Forward).Rows]);
        Keep([.. LogLikelihood.ReverseAnnealed(rbm, rows, rows, options).Rows]);
        using var energies = rbm.FreeEnergy(rows);
        Keep(AnomalyScore.RocAuc(energies, energies));
    }

    private void Classes()
    {
        using var model = ClassificationRbm.Bernoulli(6, 5, 3, seed: 4);
        using var rows = Rows("bernoulli", 30, 6);
        using var labels = torch.tensor(Enumerable.Range(0, 30).Select(i => i % 3L).ToArray(), ScalarType.Int64, torch.CPU);
        Keep(model.Fit(rows, labels, new() { Epochs = 3, BatchSize = 8, DiscriminativeWeight = 1, GenerativeWeight = 0.1 }).Epochs);
        Keep(model.Joint);
        Keep(model.forward(rows)).Dispose();
        using (torch.no_grad())
            Keep(model.forward(rows)).Dispose();
        Keep(model.Join(rows, labels)).Dispose();
        Keep(model.Transform(rows)).Dispose();
        using var generator = new Generator(3);
        Keep(model.Sample(5, 3, generator: generator)).Dispose();
        Keep(model.Sample(labels, 3, rows, generator)).Dispose();
        using var net = model.ToClassifier();
        Keep(net);
        Keep(model.Predict(rows)).Dispose();
        Keep(model.Score(rows, labels));
    }

    private void Neural()
    {
        var network = torch.nn.Linear(6, 1, device: torch.CPU, dtype: ScalarType.Float32);
        Make.Randomise(network, 3, 0.3);
        using var model = new NeuralEnergyModel(network, 6, new() { StepSize = 0.1, Steps = 3, Lower = -1, Upper = 2 }, energyPenalty: 0.1);
        using var rows = Rows("gaussian", 20, 6);
        Keep(model.Fit(rows, new() { Epochs = 2, BatchSize = 8, NegativePhase = new ReplayBuffer(1, 5, 20, start: ReplayStart.Normal) }));
        Keep(model);
        using var mask = torch.tensor(new[] { true, false, true, false, true, false }, ScalarType.Bool, torch.CPU);
        using var clamped = mask.unsqueeze(0);
        using var generator = new Generator(3);
        Keep(model.Transition(rows, generator)).Dispose();
        Keep(model.ClampedTransition(rows, clamped, generator)).Dispose();
        Keep(model.Langevin.AcceptanceRate(model.FreeEnergy, rows, generator));
    }

    private void Network()
    {
        using var dbn = Dbn.Bernoulli([6, 5, 4], WeightInitialization.Normal(0.3), seed: 2);
        using var rows = Rows("bernoulli", 30, 6);
        using var labels = torch.tensor(Enumerable.Range(0, 30).Select(i => i % 3L).ToArray(), ScalarType.Int64, torch.CPU);
        foreach (var history in dbn.Fit(rows, new() { Epochs = 2, BatchSize = 8, Inputs = LayerInputs.MeanOfSamples(2) }))
            Keep(history);
        Keep(dbn);
        using var generator = new Generator(3);
        Keep(dbn.forward(rows)).Dispose();
        Keep(dbn.Transform(rows, LayerInputs.Samples, generator)).Dispose();
        Keep(dbn.Reconstruct(rows, LayerInputs.MeanOfSamples(2), generator)).Dispose();
        Keep(dbn.Sample(5, 3, generator)).Dispose();
        using var folder = new TemporaryFolder();
        var path = folder.File("network");
        foreach (var format in Formats.Complete)
        {
            dbn.Save(path, format);
            using var loaded = Dbn.Load(path);
            Keep(loaded);
        }

        using var net = dbn.ToClassifier(3, seed: 5, new DropoutRates(0.1, 0.3));
        Keep(net.FitClassifier(rows, labels, new() { Epochs = 2, BatchSize = 8 }).Epochs);
        Keep(net.FitClassifier(rows, labels, new() { Epochs = 2, BatchSize = 8, AdversarialDistance = 0.1, Optimizer = new SgdSettings() }).Epochs);
        Keep(net);
        Keep(net.Predict(rows)).Dispose();
        foreach (var format in Formats.General)
        {
            net.Save(path, format);
            using var loaded = Classifier.Load(path);
            Keep(loaded);
        }

        using var labelled = ClassificationDbn.Bernoulli([6, 5, 4], 3, WeightInitialization.Normal(0.3), seed: 2);
        Keep(labelled.Fit(rows, labels, new() { Epochs = 2, BatchSize = 8 }).Top.Epochs);
        using var untied = labelled.Untie();
        _ = untied.Fit(rows, labels, new() { Epochs = 2, BatchSize = 8 });
        Keep(untied);
        Keep(untied.Sample(labels, 3, generator)).Dispose();
        Keep([.. DeepLogLikelihood.ImportanceSampled(untied, rows, 0, 3, generator).Rows]);
        Keep([.. DeepLogLikelihood.Exact(untied, rows).Rows]);

        using var random = Classifier.Random([6, 4], 3, seed: 3);
        Keep(random);
    }

    private void Data()
    {
        using var trial = Keep(TrialDataset.Create(seed: 3, rowsPerKind: 20));
        Keep(trial.Binarize()).Dispose();
        var encoder = new TableEncoder([new NumberColumn("a", 1, 2), new YesNoColumn("b", "no", "yes"), new CategoryColumn("c", ["x", "y", "z"])]);
        using var table = Keep(encoder.Encode([["1", "yes", "z"], ["2.5", "no", "x"]]));
        using var units = encoder.CreateUnits();
        units.InitializeFromData(table);
        Keep(units);
        using var folder = new TemporaryFolder();
        using var images = Keep(IdxFile.LoadImages(folder.Write("images", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 255])));
        using var labels = Keep(IdxFile.LoadLabels(folder.Write("labels", [0, 0, 8, 1, 0, 0, 0, 2, 3, 9])));
    }

    private Tensor Keep(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        results.Add(tensor.detach().contiguous().bytes.ToArray());
        return tensor;
    }

    private void Keep(torch.nn.Module module)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var parameter in module.parameters())
        {
            _ = Keep(parameter);
            if (parameter.grad is { } gradient)
                _ = Keep(gradient);
        }
    }

    private void Keep(params double[] numbers) => results.Add([.. numbers.SelectMany(BitConverter.GetBytes)]);

    private void Keep(ClassifierScore score) => Keep(score.Loss, score.Accuracy);

    private void Keep(IEnumerable<ClassifierMetrics> epochs)
    {
        foreach (var epoch in epochs)
            Keep(epoch.Train);
    }

    private void Keep(TrainingHistory<EpochMetrics> history)
    {
        foreach (var epoch in history.Epochs)
            Keep(epoch.ReconstructionError, epoch.PseudoLogLikelihood ?? 0, epoch.FreeEnergyGap ?? 0);
    }
}
