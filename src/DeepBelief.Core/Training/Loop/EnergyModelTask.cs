using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>Maximum likelihood for any energy model.</summary>
internal sealed class EnergyModelTask : TrainingTask<EpochMetrics>
{
    private readonly IEnergyModel model;
    private readonly TrainingOptions options;
    private readonly Generator? chainGenerator;
    private readonly NegativeSampler sampler;
    private readonly LikelihoodGradient gradient;
    private readonly Batch trainingSample;
    private readonly Batch? validationSample;
    private readonly CompleteRows complete;
    private readonly Tensor? startRows; // completed ones, which samplers may keep; null if all are complete

    public EnergyModelTask(IEnergyModel model, BatchReader rows, Tensor? validation, TrainingOptions options)
    {
        using var inside = InputChecks.Enter();
        using var scope = torch.NewDisposeScope();
        this.model = model;
        this.options = options;
        complete = new CompleteRows(model, options.MissingValues);
        Rows = rows;
        var data = rows.Overview.Rows;
        Parameters = [.. model.parameters().Where(p => p.requires_grad)];
        Randomness.SeedDefault(data.device, Randomness.OfRank(options.Seed, options.Group), Randomness.Chains);
        chainGenerator = Randomness.Generator(Randomness.OfRank(options.Seed, options.Group), data.device, Randomness.Chains);
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        var sample = rows.Overview.Draw(AutomaticOptions.OverviewRows(options), generator);
        var evaluated = AutomaticOptions.EvaluationRows(options, rows.Rows, areMonitored: validation is not null || options.Patience is not null);
        var measured = complete.ToMeasure(sample, evaluated, generator);
        Batch? unseen = validation is null ? null : complete.ToMeasure(new Batch(validation), evaluated, generator);
        var completed = complete.Of(sample.Rows, chainGenerator);
        startRows = options.MissingValues == MissingValues.Reject ? null : completed;
        sampler = UserCode.Run(() => options.NegativePhase!.CreateSampler(model, startRows ?? data, chainGenerator));
        gradient = LikelihoodGradient.Create(model, sampler, options, completed, rows.Overview);
        // Only now, as the user's code may have thrown.
        (trainingSample, validationSample) = (measured.Detach(), unseen?.Detach());
        _ = startRows?.DetachFromDisposeScope();
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override BatchReader Rows { get; }

    public override IReadOnlyDictionary<string, Tensor> State => gradient.State;

    public override Tensor? StartRows => options.MissingValues == MissingValues.Draw ? startRows : null;

    public override IEnumerable<Tensor> SharedState => gradient.SharedState;

    public override RankExchange? Ranks => gradient.Ranks;

    public override IReadOnlyDictionary<string, Generator> Generators
        => chainGenerator is null ? Rows.Generators : new Dictionary<string, Generator>(Rows.Generators) { ["chains"] = chainGenerator };

    public override IDisposable? ShareKeys() => RandomKey.Share(chainGenerator);

    public override bool CanKeepGradients => gradient.CanKeep;

    public override RoundedWeights? Rounded => gradient.Rounded;

    public override IReadOnlyList<StandardizedSteps> Steps => gradient.Steps is { } steps ? [steps] : [];

    public override void BeginEpoch(int epoch)
    {
        base.BeginEpoch(epoch);
        Rounded?.BeginEpoch();
    }

    public override long LargestProduct => sampler is RbmSampler chains ? chains.LargestProduct(Math.Max(1, Rows.Rows / Rows.Batches / (options.Group?.Size ?? 1))) : base.LargestProduct;

    public override void ComputeGradient(int batch, double keep)
    {
        Tensor? data = null;
        Rows.Read(batch, count => data = gradient.Begin(count));
        using var alone = new SingleThread(LargestProduct);
        using var inside = InputChecks.Enter();
        complete.Draw(data!, chainGenerator);
        gradient.Compute(keep, Rows.Weights(batch), Rows.Share);
    }

    public override EpochMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        var sample = validationSample ?? trainingSample;
        using var alone = new SingleThread(model is Rbm rbm ? rbm.Weight.NumberOfElements * sample.Rows.size(0) : long.MaxValue);
        using var inside = InputChecks.Enter();
        using var scope = torch.NewDisposeScope();
        // The same noise after every epoch, so that metrics differ only by the parameters (on devices with own generators).
        using var generator = Randomness.Generator(options.Seed, sample.Rows.device, Randomness.Evaluation);
        var rows = complete.Of(sample.Rows, generator);
        var isComplete = options.MissingValues != MissingValues.LeaveOut;
        return new EpochMetrics(
            epoch,
            learningRate,
            ModelEvaluation.ReconstructionError(model, sample.Rows, rows, generator, sample.Weights),
            model.VisibleSupport == UnitSupport.Binary && isComplete ? ModelEvaluation.PseudoLogLikelihood(model, rows, generator, sample.Weights) : null,
            validationSample is not null && isComplete ? ModelEvaluation.FreeEnergyGap(model, complete.Of(trainingSample.Rows, generator), rows, trainingSample.Weights) : null,
            elapsed)
        {
            Diagnostics = sampler.TakeDiagnostics(),
        };
    }

    public override double Monitored(EpochMetrics metrics)
        => options.Monitor == TrainingMonitor.PseudoLogLikelihood ? metrics.PseudoLogLikelihood ?? double.NaN : metrics.ReconstructionError;

    public override double Score(double monitored)
        => options.Monitor == TrainingMonitor.PseudoLogLikelihood ? -monitored : monitored;

    public override void Dispose()
    {
        gradient.Dispose();
        sampler.Dispose();
        startRows?.Dispose();
        chainGenerator?.Dispose();
        trainingSample.Dispose();
        validationSample?.Dispose();
    }
}
