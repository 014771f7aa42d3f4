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

    public EnergyModelTask(IEnergyModel model, BatchReader rows, Tensor? validation, TrainingOptions options)
    {
        using var inside = InputChecks.Enter();
        this.model = model;
        this.options = options;
        Rows = rows;
        var data = rows.Overview.Rows;
        Parameters = [.. model.parameters().Where(p => p.requires_grad)];
        Randomness.SeedDefault(data.device, options.Seed, Randomness.Chains);
        chainGenerator = Randomness.Generator(options.Seed, data.device, Randomness.Chains);
        sampler = options.NegativePhase!.CreateSampler(model, data, chainGenerator);
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        trainingSample = rows.Overview.Draw(options.EvaluationRows, generator);
        validationSample = validation is null ? null : new Batch(validation).Draw(options.EvaluationRows, generator);
        gradient = LikelihoodGradient.Create(model, sampler, options, trainingSample.Rows);
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override BatchReader Rows { get; }

    public override IReadOnlyDictionary<string, Tensor> State => gradient.State;

    public override IReadOnlyDictionary<string, Generator> Generators
        => chainGenerator is null ? Rows.Generators : new Dictionary<string, Generator>(Rows.Generators) { ["chains"] = chainGenerator };

    public override IDisposable? ShareKeys() => RandomKey.Share(chainGenerator);

    public override bool CanKeepGradients => gradient.CanKeep;

    public override StandardizedSteps? Steps => gradient.Steps;

    public override void ComputeGradient(int batch, double keep)
    {
        Rows.Read(batch, gradient.Begin);
        using var inside = InputChecks.Enter();
        gradient.Compute(keep);
    }

    public override EpochMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        using var inside = InputChecks.Enter();
        // The same noise after every epoch, so that metrics differ only by the parameters (on devices with own generators).
        var sample = (validationSample ?? trainingSample).Rows;
        using var generator = Randomness.Generator(options.Seed, sample.device, Randomness.Evaluation);
        return new EpochMetrics(
            epoch,
            learningRate,
            ModelEvaluation.ReconstructionError(model, sample, generator),
            model.VisibleSupport == UnitSupport.Binary ? ModelEvaluation.PseudoLogLikelihood(model, sample, generator) : null,
            validationSample is { } unseen ? ModelEvaluation.FreeEnergyGap(model, trainingSample.Rows, unseen.Rows) : null,
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
        chainGenerator?.Dispose();
        trainingSample.Dispose();
        validationSample?.Dispose();
    }
}
