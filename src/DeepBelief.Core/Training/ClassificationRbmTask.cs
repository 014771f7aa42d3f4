using DeepBelief.Internal;
using DeepBelief.Kernels;
using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>
/// A sum of two objectives: the exact -log p(y | v), and -log p(v, y) with a negative phase, as for any energy model.
/// </summary>
internal sealed class ClassificationRbmTask : TrainingTask<ClassifierMetrics>
{
    private readonly ClassificationRbm model;
    private readonly (Tensor Visible, Tensor Labels) training;
    private readonly (Tensor Visible, Tensor Labels)? test;
    private readonly ClassificationRbmOptions options;
    private readonly ShuffledRows order;
    private readonly Generator? chainGenerator;
    private readonly NegativeSampler negativePhase;
    private readonly Tensor sample;

    /// <summary>Makes a task, and the model ready for it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="training">Labelled rows.</param>
    /// <param name="test">Labelled rows that are only scored.</param>
    /// <param name="options">How to train.</param>
    /// <param name="initialize">Whether an untrained model is first set up for its data.</param>
    public ClassificationRbmTask(
        ClassificationRbm model,
        (Tensor Visible, Tensor Labels) training,
        (Tensor Visible, Tensor Labels)? test,
        ClassificationRbmOptions options,
        bool initialize)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.model = model;
        this.training = training;
        this.test = test;
        this.options = options;
        Parameters = [.. model.parameters().Where(p => p.requires_grad)];
        order = new ShuffledRows(training.Visible, options);
        using (var generator = Randomness.Generator(options.Seed, Randomness.Rows))
        {
            var all = torch.randperm(training.Labels.shape[0], ScalarType.Int64, torch.CPU, generator: generator);
            sample = all.narrow(0, 0, Math.Min(options.EvaluationRows, all.shape[0])).to(training.Labels.device).DetachFromDisposeScope();
        }

        var rows = Rows(sample);
        if (initialize)
            model.Joint.InitializeFromData(rows);
        Randomness.SeedDefault(sample.device, options.Seed, Randomness.Chains);
        chainGenerator = Randomness.Generator(options.Seed, sample.device, Randomness.Chains);
        negativePhase = options.NegativePhase.Start(model.Joint, rows, chainGenerator);
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override int Batches => order.Batches;

    public override IReadOnlyDictionary<string, Tensor> State => negativePhase.State;

    public override IReadOnlyDictionary<string, Generator> Generators
        => chainGenerator is null ? order.Generators : new Dictionary<string, Generator>(order.Generators) { ["chains"] = chainGenerator };

    public override void BeginEpoch(int epoch) => order.BeginEpoch();

    public override IDisposable? ShareKeys() => RandomKey.Share(chainGenerator);

    public override void ComputeGradient(int batch)
    {
        var rows = order.Batch(batch);
        if (options.GenerativeWeight > 0)
        {
            negativePhase.ComputeGradient(Rows(rows));
            using var noGrad = torch.no_grad();
            foreach (var parameter in Parameters)
                _ = Gradients.Of(parameter)?.Scale(options.GenerativeWeight);
        }
        else
        {
            Gradients.Clear(Parameters);
        }

        if (options.DiscriminativeWeight > 0)
            model.AccumulateGradient(training.Visible.index_select(0, rows), training.Labels.index_select(0, rows), options.DiscriminativeWeight);
    }

    public override ClassifierMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        using var scope = torch.NewDisposeScope();
        return new(
            epoch,
            learningRate,
            model.Score(training.Visible.index_select(0, sample), training.Labels.index_select(0, sample)),
            test is { } t ? model.Score(t.Visible, t.Labels) : null,
            elapsed);
    }

    public override double Monitored(ClassifierMetrics metrics) => (metrics.Test ?? metrics.Train).Loss;

    public override double Score(double monitored) => monitored;

    public override void Dispose()
    {
        negativePhase.Dispose();
        chainGenerator?.Dispose();
        order.Dispose();
        sample.Dispose();
    }

    private Tensor Rows(Tensor indices)
        => model.JoinUnchecked(training.Visible.index_select(0, indices), training.Labels.index_select(0, indices));
}
