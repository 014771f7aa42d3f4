using DeepBelief.Evaluation;
using DeepBelief.Internal;
using DeepBelief.Kernels;
using DeepBelief.Sampling;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>Maximum likelihood for any energy model: the gradient of mean F(data) - mean F(model).</summary>
internal sealed class EnergyModelTask : TrainingTask<EpochMetrics>
{
    private readonly IEnergyModel model;
    private readonly TrainingRows rows;
    private readonly TrainingOptions options;
    private readonly Generator? chainGenerator;
    private readonly NegativeSampler negativePhase;
    private readonly Tensor trainingSample;
    private readonly Tensor? validationSample;
    private readonly LayeredGradient? layered;

    public EnergyModelTask(IEnergyModel model, TrainingRows rows, Tensor? validation, TrainingOptions options)
    {
        this.model = model;
        this.rows = rows;
        var data = rows.Overview;
        this.options = options;
        Parameters = [.. model.parameters().Where(p => p.requires_grad)];
        Randomness.SeedDefault(data.device, options.Seed, Randomness.Chains);
        chainGenerator = Randomness.Generator(options.Seed, data.device, Randomness.Chains);
        negativePhase = options.NegativePhase.Start(model, data, chainGenerator);
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        trainingSample = Some(data, options.EvaluationRows, generator);
        validationSample = validation is null ? null : Some(validation, options.EvaluationRows, generator);
        layered = LayeredGradient.Create(model, options, trainingSample);
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override IReadOnlyDictionary<string, Tensor> State
        => layered is null ? negativePhase.State : new Dictionary<string, Tensor>([.. negativePhase.State, .. layered.State]);

    public override IReadOnlyDictionary<string, Generator> Generators
        => chainGenerator is null ? rows.Generators : new Dictionary<string, Generator>(rows.Generators) { ["chains"] = chainGenerator };

    public override int Batches => rows.Batches;

    public override void Use(Optimizer optimizer)
    {
        // What the options change in a gradient, they must find by itself.
        if (layered is null)
            negativePhase.Use(optimizer);
    }

    public override void BeginEpoch(int epoch) => rows.BeginEpoch(epoch);

    public override IDisposable? ShareKeys() => RandomKey.Share(chainGenerator);

    public override void ComputeGradient(int batch)
    {
        var data = rows.Read(batch, negativePhase);
        negativePhase.ComputeGradient(data);
        layered?.Change(data, negativePhase.HiddenMeans);
    }

    public override EpochMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        // The same noise after every epoch, where a device has generators of its own, so that epochs differ by what was
        // learned alone.
        var sample = validationSample ?? trainingSample;
        using var generator = Randomness.Generator(options.Seed, sample.device, Randomness.Evaluation);
        return new EpochMetrics(
            epoch,
            learningRate,
            ModelEvaluation.ReconstructionError(model, sample, generator),
            model.VisibleSupport == UnitSupport.Binary ? ModelEvaluation.PseudoLogLikelihood(model, sample, generator) : null,
            validationSample is null ? null : ModelEvaluation.FreeEnergyGap(model, trainingSample, validationSample),
            elapsed)
        {
            Diagnostics = negativePhase.TakeDiagnostics(),
        };
    }

    public override double Monitored(EpochMetrics metrics)
        => options.Monitor == TrainingMonitor.PseudoLogLikelihood ? metrics.PseudoLogLikelihood ?? double.NaN : metrics.ReconstructionError;

    public override double Score(double monitored)
        => options.Monitor == TrainingMonitor.PseudoLogLikelihood ? -monitored : monitored;

    public override void Dispose()
    {
        negativePhase.Dispose();
        chainGenerator?.Dispose();
        trainingSample.Dispose();
        validationSample?.Dispose();
        layered?.Dispose();
    }

    private static Tensor Some(Tensor rows, int count, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var total = rows.shape[0];
        var some = total <= count
            ? rows.alias()
            : rows.index_select(0, torch.randperm(total, ScalarType.Int64, torch.CPU, generator: generator).narrow(0, 0, count).to(rows.device));
        return some.DetachFromDisposeScope();
    }
}
