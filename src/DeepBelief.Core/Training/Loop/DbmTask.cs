using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Joint training of all layers of a <see cref="Dbm"/>.</summary>
internal sealed class DbmTask : TrainingTask<EpochMetrics>
{
    private readonly Dbm model;
    private readonly DbmTrainingOptions options;
    private readonly DbmHalves halves;
    private readonly Generator? chainGenerator;
    private readonly Tensor startRows; // samplers may keep them
    private readonly NegativeSampler sampler;
    private readonly DbmLikelihoodGradient gradient;
    private readonly Batch trainingSample;
    private readonly Batch? validationSample;

    /// <summary>Creates the task; if <paramref name="initialize"/> is true, first initializes the machine from its data.</summary>
    public DbmTask(Dbm model, BatchReader rows, Tensor? validation, DbmTrainingOptions options, bool initialize)
    {
        using var inside = InputChecks.Enter();
        using var scope = torch.NewDisposeScope();
        (this.model, this.options, Rows) = (model, options, rows);
        if (initialize)
            model.InitializeFromData(rows.TypicalRows(options.MissingValues, areSpread: !model.Visible.IsDiscrete));
        Parameters = [.. model.parameters().Where(p => p.requires_grad)];
        halves = new DbmHalves(model);
        Randomness.SeedDefault(rows.Overview.Rows.device, Randomness.OfRank(options.Seed, options.Group), Randomness.Chains);
        chainGenerator = Randomness.Generator(Randomness.OfRank(options.Seed, options.Group), rows.Overview.Rows.device, Randomness.Chains);
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        var sample = rows.Overview.Draw(AutomaticOptions.OverviewRows(options), generator);
        var joined = halves.JoinRows(sample.Rows, options.MeanField);
        // An RBM's chains start at any row; to infer the hidden states of all rows would take long.
        startRows = (halves.SharesWeights ? rows.Overview.Rows.alias() : joined.alias()).DetachFromDisposeScope();
        sampler = UserCode.Run(() => options.NegativePhase!.CreateSampler(halves.Rbm, startRows, chainGenerator));
        gradient = new DbmLikelihoodGradient(model, halves, sampler, options, joined);
        var evaluated = AutomaticOptions.EvaluationRows(options, rows.Rows, areMonitored: validation is not null || options.Patience is not null);
        trainingSample = sample.Draw(evaluated, generator).Detach();
        validationSample = validation is null ? null : new Batch(validation).Draw(evaluated, generator).Detach();
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override BatchReader Rows { get; }

    public override IReadOnlyDictionary<string, Tensor> State => gradient.State;

    public override IEnumerable<Tensor> SharedState => gradient.SharedState;

    public override RankExchange? Ranks => gradient.Ranks;

    public override IReadOnlyDictionary<string, Generator> Generators
        => chainGenerator is null ? Rows.Generators : new Dictionary<string, Generator>(Rows.Generators) { ["chains"] = chainGenerator };

    public override IDisposable? ShareKeys() => RandomKey.Share(chainGenerator);

    public override bool CanKeepGradients => gradient.CanKeep;

    public override IReadOnlyList<StandardizedSteps> Steps => gradient.Steps is { } steps ? [steps] : [];

    public override void ComputeGradient(int batch, double keep)
    {
        Rows.Read(batch, gradient.Begin);
        using var inside = InputChecks.Enter();
        gradient.Compute(keep, Rows.Weights(batch), Rows.Share);
    }

    public override EpochMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var sample = validationSample ?? trainingSample;
        var squares = (sample.Rows - model.Reconstruct(sample.Rows, options.MeanField)).Squared();
        return new EpochMetrics(
            epoch,
            learningRate,
            sample.Weights is null ? squares.mean().Number() : RowWeights.Mean(squares.mean([1L]), sample.Weights),
            PseudoLogLikelihood: null,
            validationSample is { } unseen ? FreeEnergy(unseen) - FreeEnergy(trainingSample) : null,
            elapsed)
        {
            Diagnostics = sampler.TakeDiagnostics(),
        };
    }

    public override double Monitored(EpochMetrics metrics) => metrics.ReconstructionError;

    public override void Dispose()
    {
        gradient.Dispose();
        sampler.Dispose();
        startRows.Dispose();
        halves.Dispose();
        chainGenerator?.Dispose();
        trainingSample.Dispose();
        validationSample?.Dispose();
    }

    private double FreeEnergy(Batch rows) => RowWeights.Mean(model.FreeEnergyBound(rows.Rows, options.MeanField), rows.Weights);
}
