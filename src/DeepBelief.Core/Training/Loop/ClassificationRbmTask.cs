using System.Collections.ObjectModel;
using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The weighted sum of two objectives: the exact -log p(y | v), and -log p(v, y) with a negative phase.</summary>
internal sealed class ClassificationRbmTask : TrainingTask<ClassifierMetrics>
{
    private readonly ClassificationRbm model;
    private readonly Batch? validation;
    private readonly ClassificationRbmOptions options;
    private readonly Generator? chainGenerator;
    private readonly NegativeSampler sampler;
    private readonly RbmLikelihoodGradient gradient;
    private readonly RankExchange? ranks;
    private readonly VarianceGradient? variance; // null if there are no variances
    private readonly Batch scored;
    private readonly bool hasGaps; // rows without a label, -1
    private readonly double rowsPerLabel; // 1 if all rows have one
    private readonly Tensor startRows; // with their labels; samplers may keep them

    /// <summary>Creates the task; if <paramref name="initialize"/> is true, first initializes the model from its data.</summary>
    public ClassificationRbmTask(ClassificationRbm model, BatchReader rows, Batch? validation, ClassificationRbmOptions options, bool initialize)
    {
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.model = model;
        this.options = options;
        Rows = rows;
        Parameters = [.. model.parameters().Where(p => p.requires_grad)];
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        var sample = rows.Draw(AutomaticOptions.OverviewRows(options), generator);
        var labels = new LabelGaps(rows.Marks.Labels!);
        hasGaps = labels.Any || rows is SourceBatches;
        rowsPerLabel = labels.RowsPerLabel(rows.Marks.Weights);
        startRows = model.JoinUnchecked(sample.Rows, labels.Fill(sample.Labels!, generator));
        if (initialize)
            model.Joint.InitializeFromData(Typical(startRows, sample.Weights));
        if (labels.Any)
            sample = labels.Draw(rows, AutomaticOptions.OverviewRows(options), generator);
        Randomness.SeedDefault(startRows.device, Randomness.OfRank(options.Seed, options.Group), Randomness.Chains);
        chainGenerator = Randomness.Generator(Randomness.OfRank(options.Seed, options.Group), startRows.device, Randomness.Chains);
        sampler = UserCode.Run(() => options.NegativePhase.CreateSampler(model.Joint, startRows, chainGenerator));
        Steps = StandardizedSteps.Applies(model.Joint) ? [new StandardizedSteps(model.Joint, visibleOffset: null)] : [];
        variance = model.Joint.Visible.Variances is not null ? new VarianceGradient(model.Joint, visibleOffset: null, startRows) : null;
        ranks = RankExchange.Of(options.Group, Parameters);
        gradient = new RbmLikelihoodGradient(model.Joint, sampler, options: null, startRows, raw: null);
        // Only now, as the user's code may have thrown.
        _ = startRows.DetachFromDisposeScope();
        scored = sample.Draw(AutomaticOptions.EvaluationRows(options, rows.Rows, areMonitored: validation is null && options.Patience is not null), generator).Detach();
        this.validation = validation?.Draw(null, generator).Detach();
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override BatchReader Rows { get; }

    public override IReadOnlyDictionary<string, Tensor> State => gradient.State;

    public override IEnumerable<Tensor> SharedState => variance?.State.Values ?? [];

    public override RankExchange? Ranks => ranks;

    public override IReadOnlyDictionary<string, Generator> Generators
        => chainGenerator is null ? Rows.Generators : new Dictionary<string, Generator>(Rows.Generators) { ["chains"] = chainGenerator };

    public override IReadOnlyList<StandardizedSteps> Steps { get; }

    public override IDisposable? ShareKeys() => RandomKey.Share(chainGenerator);

    public override void ComputeGradient(int batch, double keep)
    {
        var (visible, labels, weights) = Rows.Read(batch).WithoutGraph();
        using var inside = InputChecks.Enter();
        // A drawn label makes the gradient one of -log p(v), on average.
        var complete = hasGaps ? model.DrawMissingLabels(visible, labels!, chainGenerator) : labels!;
        if (options.GenerativeWeight > 0)
        {
            using var noGrad = torch.no_grad();
            _ = gradient.Begin(visible.shape[0]).copy_(model.JoinUnchecked(visible, complete));
            gradient.Compute(weights: weights);
            foreach (var parameter in Parameters)
                _ = Gradients.Of(parameter)?.Scale(options.GenerativeWeight);
        }
        else
        {
            Gradients.Clear(Parameters);
        }

        // Few labels among many rows keep their say: means of -log p(y | v) are over rows that have one, those of -log p(v) over all.
        var discriminative = (options.DiscriminativeWeight * rowsPerLabel) + (options.GenerativeWeight * (rowsPerLabel - 1));
        if (discriminative > 0)
            model.AccumulateGradient(visible, complete, discriminative, hasGaps ? LabelGaps.Weights(labels!, weights, visible.dtype) : weights);
        ranks?.Average(Rows.Share);
        // Of the sum, as the weights that move along are those of both parts. p(y | v) alone does not depend on the variances.
        if (options.GenerativeWeight > 0)
            variance?.Apply();
    }

    public override ClassifierMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        using var inside = InputChecks.Enter();
        return new(
            epoch,
            learningRate,
            model.Score(scored.Rows, scored.Labels!, scored.Weights),
            validation is { } unseen ? model.Score(unseen.Rows, unseen.Labels!) : null,
            elapsed)
        {
            // Of chains that run: without a generative part they stay where they began.
            Diagnostics = options.GenerativeWeight > 0 ? sampler.TakeDiagnostics() : ReadOnlyDictionary<string, double>.Empty,
        };
    }

    /// <summary>Rows and labels to initialize the model from.</summary>
    private Tensor Typical(Tensor joined, Tensor? weights)
        => weights is null ? joined : DataMoments.Of([joined], [weights]).ToRows(joined, areSpread: !model.Joint.Visible.IsDiscrete);

    public override double Monitored(ClassifierMetrics metrics) => (metrics.Validation ?? metrics.Train).Loss;

    public override void Dispose()
    {
        gradient.Dispose();
        variance?.Dispose();
        ranks?.Dispose();
        sampler.Dispose();
        startRows.Dispose();
        chainGenerator?.Dispose();
        scored.Dispose();
        validation?.Dispose();
    }
}
