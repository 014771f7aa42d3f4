using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>A kind of model, as the checks of models take it.</summary>
/// <param name="Name">The model.</param>
/// <param name="Create">Makes one on the CPU.</param>
/// <param name="Outputs">What it computes of rows, without drawing.</param>
/// <param name="Train">Starts a run on rows with labels, in a given number of epochs, with a checkpoint or without; trains so many of them.</param>
/// <param name="Save">Writes a file of it.</param>
/// <param name="Load">Reads one to a device.</param>
internal sealed record ModelCase(
    string Name,
    Func<torch.nn.Module> Create,
    Func<torch.nn.Module, Tensor, Tensor> Outputs,
    Action<torch.nn.Module, LabelledRows, RunPlan> Train,
    Action<torch.nn.Module, string, ModelFormat> Save,
    Func<string, Device, torch.nn.Module> Load)
{
    public const long Visible = 10;
    public const long Classes = 3;

    /// <summary>Of the dynamics of <see cref="NewNeural()"/>.</summary>
    public const double Lower = -1;

    /// <inheritdoc cref="Lower"/>
    public const double Upper = 2;

    /// <summary>How far outputs may be from those of the CPU in float64, as a part of the largest.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>True if training draws nothing, so that it ends where it ends on the CPU.</summary>
    public bool IsDeterministic { get; init; }

    /// <summary>How far a trained model's <see cref="Score"/> may be from that of one that the CPU trained, in nats, or what the score has.</summary>
    public double ScoreTolerance { get; init; } = 0.3;

    /// <summary>How well a model on the CPU fits rows on the CPU; null if <see cref="IsDeterministic"/>.</summary>
    public Func<torch.nn.Module, LabelledRows, double>? Score { get; init; }

    /// <summary>The formats that hold it.</summary>
    public IReadOnlyList<ModelFormat> Formats { get; init; } = [ModelFormat.DeepBelief, ModelFormat.Safetensors];

    /// <summary>An energy that has a finite integral.</summary>
    public static NeuralEnergyModel NewNeural() => NewNeural(2);

    /// <summary>All kinds of models of the library; a test compares.</summary>
    public static IReadOnlyList<ModelCase> All { get; } =
    [
        Of(
            "Rbm",
            () => Rbm.Bernoulli(Visible, 8),
            (rbm, rows) => torch.cat([rbm.FreeEnergy(rows).unsqueeze(1), rbm.HiddenMean(rows), rbm.Reconstruct(rows)], 1),
            (rbm, data, plan) => plan.Run(() => rbm.StartTraining(data.Rows, plan.Of(new TrainingOptions()))),
            (rbm, path, format) => rbm.Save(path, format),
            (path, device) => Rbm.Load(path, device)) with
        {
            Score = (rbm, data) => Scores.OfModel((Rbm)rbm, data.Rows),
            Formats = [ModelFormat.DeepBelief, ModelFormat.Safetensors, ModelFormat.Original],
        },
        Of(
            "Dbn",
            () => Dbn.Bernoulli(Visible, 8, 5),
            (dbn, rows) => torch.cat([dbn.Transform(rows), dbn.Reconstruct(rows)], 1),
            (dbn, data, plan) => plan.Run((progress, token) => dbn.Fit(data.Rows, plan.Of(new DbnTrainingOptions()), progress: progress, cancellationToken: token)),
            (dbn, path, format) => dbn.Save(path, format),
            (path, device) => Dbn.Load(path, device)) with
        {
            Score = (dbn, data) => Scores.OfNetwork((Dbn)dbn, data.Rows),
        },
        Of(
            "Dbm",
            () => Dbm.Bernoulli(Visible, 8, 5),
            (dbm, rows) => torch.cat([dbm.FreeEnergyBound(rows, Converged).unsqueeze(1), dbm.Transform(rows, Converged)], 1),
            (dbm, data, plan) => plan.Run(() => dbm.StartTraining(data.Rows, plan.Of(new DbmTrainingOptions()))),
            (dbm, path, format) => dbm.Save(path, format),
            (path, device) => Dbm.Load(path, device)) with
        {
            Score = (dbm, data) => Scores.OfMachine((Dbm)dbm, data.Rows),
            Tolerance = 1e-4,
        },
        Of(
            "ClassificationRbm",
            () => ClassificationRbm.Bernoulli(Visible, 8, Classes),
            (rbm, rows) => torch.cat([rbm.PredictProbabilities(rows), rbm.FreeEnergy(rows).unsqueeze(1), rbm.Transform(rows)], 1),
            (rbm, data, plan) => plan.Run(() => rbm.StartTraining(data.Rows, data.Labels, plan.Of(new ClassificationRbmOptions()))),
            (rbm, path, format) => rbm.Save(path, format),
            (path, device) => ClassificationRbm.Load(path, device)) with
        {
            Score = (rbm, data) => ((ClassificationRbm)rbm).Score(data.Rows, data.Labels).Loss,
        },
        Of(
            "ClassificationDbn",
            () => ClassificationDbn.Bernoulli([Visible, 8, 6], Classes),
            (dbn, rows) => dbn.PredictProbabilities(rows),
            (dbn, data, plan) => plan.Run((progress, token) => dbn.Fit(data.Rows, data.Labels, plan.Of(new ClassificationDbnOptions { Top = plan.WithoutCheckpoint().Of(new ClassificationRbmOptions { DiscriminativeWeight = 0, GenerativeWeight = 1 }) }), progress: progress, cancellationToken: token)),
            (dbn, path, format) => dbn.Save(path, format),
            (path, device) => ClassificationDbn.Load(path, device)) with
        {
            Score = (dbn, data) => ((ClassificationDbn)dbn).Score(data.Rows, data.Labels).Loss,
        },
        Of(
            "UntiedDbn",
            NewUntied,
            (dbn, rows) => dbn.PredictProbabilities(rows),
            (dbn, data, plan) => plan.Run(() => dbn.StartTraining(data.Rows, data.Labels, plan.Of(new UpDownOptions()))),
            (dbn, path, format) => dbn.Save(path, format),
            (path, device) => UntiedDbn.Load(path, device)) with
        {
            // Its classes are the last that it learns.
            Score = (dbn, data) => Scores.OfNetwork((UntiedDbn)dbn, data.Rows),
        },
        Of(
            "Classifier",
            () => Classifier.Random([Visible, 8, 6], Classes),
            (net, rows) => net.forward(rows),
            (net, data, plan) => plan.Run(() => net.StartTraining(data.Rows, data.Labels, plan.Of(new ClassifierTrainingOptions()))),
            (net, path, format) => net.Save(path, format),
            (path, device) => Classifier.Load(path, device)) with
        {
            IsDeterministic = true,
        },
        Of(
            "Classifier with dropout",
            () => Classifier.Random([Visible, 20], Classes, dropout: new(Hidden: 0.2)),
            (net, rows) => net.forward(rows),
            (net, data, plan) => plan.Run(() => net.StartTraining(data.Rows, data.Labels, plan.Of(new ClassifierTrainingOptions()))),
            (net, path, format) => net.Save(path, format),
            (path, device) => Classifier.Load(path, device)) with
        {
            Score = (net, data) => ((Classifier)net).Score(data.Rows, data.Labels).Loss,
        },
        Of(
            "Autoencoder",
            NewAutoencoder,
            (net, rows) => net.forward(rows),
            (net, data, plan) => plan.Run(() => net.StartTraining(data.Rows, plan.Of(new AutoencoderTrainingOptions()))),
            (net, path, format) => net.Save(path, format),
            (path, device) => Autoencoder.Load(path, device)) with
        {
            IsDeterministic = true,
        },
        Of(
            "Regressor",
            () => Regressor.Random([Visible, 8], targets: 2),
            (net, rows) => net.Predict(rows),
            (net, data, plan) => plan.Run(() => net.StartTraining(data.Rows, data.Rows.narrow(1, 0, 2), plan.Of(new NetworkTrainingOptions()))),
            (net, path, format) => net.Save(path, format),
            (path, device) => Regressor.Load(path, device)) with
        {
            IsDeterministic = true,
        },
        Of(
            "MultiLabelClassifier",
            () => MultiLabelClassifier.Random([Visible, 8], labels: 2),
            (net, rows) => net.forward(rows),
            (net, data, plan) => plan.Run(() => net.StartTraining(data.Rows, data.Rows.narrow(1, 0, 2), plan.Of(new NetworkTrainingOptions()))),
            (net, path, format) => net.Save(path, format),
            (path, device) => MultiLabelClassifier.Load(path, device)) with
        {
            IsDeterministic = true,
        },
        Of(
            "NeuralEnergyModel",
            () => NewNeural(Visible),
            (model, rows) => model.FreeEnergy(rows),
            (model, data, plan) => plan.Run(() => model.StartTraining(data.Rows, plan.Of(new TrainingOptions { NegativePhase = new ReplayBuffer(chains: 50, capacity: 200), Optimizer = new AdamSettings(), LearningRate = 0.003 }))),
            (model, path, format) => Write(path, format, model.state_dict()),
            (path, device) => Read(path, device)) with
        {
            Score = (model, data) => Scores.EnergyGap((NeuralEnergyModel)model, data.Rows),
            ScoreTolerance = 0.5,
        },
    ];

    /// <summary>Runs that differ in what an option sets, beside those of <see cref="All"/>.</summary>
    public static IReadOnlyList<ModelCase> Runs { get; } =
    [
        .. All,
        .. SamplerChecks.Phases(steps: 2, chains: 20).Select(phase => OfRbm(phase.Name, new TrainingOptions { NegativePhase = phase.Phase, Centering = null })),
        OfRbm("Adam", new TrainingOptions { Optimizer = new AdamSettings() }),
        OfRbm("penalties", new TrainingOptions { Sparsity = new(), L1Penalty = 1e-4, MaxGradientNorm = 1, MaxWeightNorm = 2 }),
        Named("Rbm") with
        {
            Name = "Rbm, reals",
            Create = () => Rbm.Gaussian(Visible, 8),
            Train = (rbm, data, plan) => plan.Run(() => ((Rbm)rbm).StartTraining(data.Reals, plan.Of(new TrainingOptions()))),
            Score = (rbm, data) => Scores.OfModel((Rbm)rbm, data.Reals),
        },
        Named("Classifier") with
        {
            Name = "Classifier, adversarial",
            Train = (net, data, plan) => plan.Run(() => ((Classifier)net).StartTraining(data.Rows, data.Labels, plan.Of(new ClassifierTrainingOptions { AdversarialDistance = 0.5 }))),
        },
    ];

    /// <summary>Runs of large models, whose every tensor is of 64 KiB or more.</summary>
    public static IReadOnlyList<ModelCase> Wide { get; } =
    [
        Named("Rbm") with
        {
            Name = "Rbm, wide",
            Create = () => Rbm.Bernoulli(WideVisible, WideHidden),
            Train = (rbm, data, plan) => plan.Run(() => ((Rbm)rbm).StartTraining(Widened(data.Rows), WideBatches(plan).Of(new TrainingOptions()))),
        },
        Named("Classifier") with
        {
            Name = "Classifier, wide",
            Create = () => Classifier.Random([WideVisible, WideHidden], Classes),
            Train = (net, data, plan) => plan.Run(() => ((Classifier)net).StartTraining(Widened(data.Rows), data.Labels.repeat(WideRepeats), WideBatches(plan).Of(new ClassifierTrainingOptions()))),
        },
    ];

    private const int WideRepeats = 20;
    private const long WideVisible = Visible * WideRepeats * 4;
    private const long WideHidden = 500;

    private static Tensor Widened(Tensor rows) => rows.repeat(WideRepeats, WideRepeats * 4);

    // As many batches as on fewer rows.
    private static RunPlan WideBatches(RunPlan plan) => plan with { BatchSize = plan.BatchSize * WideRepeats };

    private static ModelCase OfRbm(string name, TrainingOptions options) => Named("Rbm") with
    {
        Name = $"Rbm, {name}",
        Train = (rbm, data, plan) => plan.Run(() => ((Rbm)rbm).StartTraining(data.Rows, plan.Of(options))),
    };

    private static ModelCase Named(string name) => All.Single(model => model.Name == name);

    private static MeanField Converged { get; } = new() { MostSweeps = 100, Tolerance = 1e-6 };

    private static ModelCase Of<T>(
        string name,
        Func<T> create,
        Func<T, Tensor, Tensor> outputs,
        Action<T, LabelledRows, RunPlan> train,
        Action<T, string, ModelFormat> save,
        Func<string, Device, T> load)
        where T : torch.nn.Module
        => new(
            name,
            create,
            (model, rows) => outputs((T)model, rows),
            (model, data, plan) => train((T)model, data, plan),
            (model, path, format) => save((T)model, path, format),
            load);

    private static NeuralEnergyModel NewNeural(long visible)
    {
        var network = torch.nn.Sequential(("0", torch.nn.Linear(visible, 16)), ("1", torch.nn.Tanh()), ("2", torch.nn.Linear(16, 1)));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // Torch begins with numbers of its default generator, which others use as well.
        using var generator = new torch.Generator(8);
        foreach (var parameter in network.parameters())
            _ = parameter.copy_(torch.randn(parameter.shape, generator: generator) * 0.3);
        return new(network, visible, new Langevin { StepSize = 0.1, Steps = 3, Lower = Lower, Upper = Upper });
    }

    private static UntiedDbn NewUntied()
    {
        using var dbn = ClassificationDbn.Bernoulli([Visible, 8, 6], Classes);
        return dbn.Untie();
    }

    private static Autoencoder NewAutoencoder()
    {
        using var dbn = Dbn.Bernoulli(Visible, 8, 4);
        return dbn.ToAutoencoder();
    }

    // The one model without files of its own: its network is the user's.
    private static void Write(string path, ModelFormat format, IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        var tensors = state.ToDictionary();
        if (format == ModelFormat.Safetensors)
            SafetensorsFile.Save(path, tensors);
        else
            PtFile.Save(path, tensors);
    }

    private static NeuralEnergyModel Read(string path, Device device)
    {
        var model = NewNeural(Visible);
        model.LoadStateDict(path);
        _ = model.to(device);
        return model;
    }
}
