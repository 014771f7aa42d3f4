using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// The up-down algorithm (Hinton, Osindero and Teh 2006, appendix B), a contrastive form of wake-sleep (Hinton, Dayan, Frey and Neal
/// 1995): going up, the generative weights learn to predict what the recognition weights have inferred from; the top machine learns
/// by its negative phase; going down from where its chains end, the recognition weights learn to infer what has been generated.
/// </summary>
/// <remarks>
/// All states are sampled, those of the visible units, too, for which the paper's code takes means: the updates are then, on average,
/// the gradients of the two divergences.
/// </remarks>
internal sealed class UpDownTask : TrainingTask<UpDownMetrics>
{
    private readonly UntiedDbn model;
    private readonly Batch? validation;
    private readonly Generator? chainGenerator;
    private readonly NegativeSampler sampler;
    private readonly RbmLikelihoodGradient gradient;
    private readonly bool hasGaps; // rows without a label, -1
    private readonly DiscriminativeGradient? discriminative; // of the rows with a label; null if it doesn't count
    private readonly Batch scored;
    private readonly Tensor startRows; // of the top machine; samplers may keep them

    public UpDownTask(UntiedDbn model, BatchReader rows, Batch? validation, UpDownOptions options)
    {
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.model = model;
        Rows = rows;
        Parameters = [.. model.parameters().Where(p => p.requires_grad)];
        var device = rows.Overview.Rows.device;
        Randomness.SeedDefault(device, options.Seed, Randomness.Chains);
        chainGenerator = Randomness.Generator(options.Seed, device, Randomness.Chains);
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        var sample = rows.Draw(AutomaticOptions.OverviewRows(options), generator);
        startRows = model.SendToTop(sample.Rows, LayerInputs.Samples, chainGenerator);
        if (sample.Labels is { } labels)
        {
            var gaps = new LabelGaps(rows.Marks.Labels!);
            hasGaps = gaps.Any || rows is SourceBatches;
            if (options.DiscriminativeWeight > 0)
                discriminative = new(model, options.DiscriminativeWeight * gaps.RowsPerLabel(rows.Marks.Weights), options.Dropout, chainGenerator);
            startRows = model.Labelled!.JoinUnchecked(startRows, gaps.Fill(labels, generator));
            if (gaps.Any)
                sample = gaps.Draw(rows, AutomaticOptions.OverviewRows(options), generator);
        }

        sampler = UserCode.Run(() => options.NegativePhase!.CreateSampler(model.TopMachine, startRows, chainGenerator));
        gradient = new RbmLikelihoodGradient(model.TopMachine, sampler, options.OfTop, startRows, raw: null, discriminative);
        // Only now, as the user's code may have thrown.
        _ = startRows.DetachFromDisposeScope();
        scored = sample.Draw(AutomaticOptions.EvaluationRows(options, rows.Rows, areMonitored: validation is null && options.Patience is not null), generator).Detach();
        this.validation = validation?.Draw(null, generator).Detach();
        Steps =
        [
            .. model.Layers.Where(StandardizedSteps.Applies).Select(layer => new StandardizedSteps(layer)),
            .. gradient.Steps is { } ofTop ? [ofTop] : Array.Empty<StandardizedSteps>(),
        ];
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override BatchReader Rows { get; }

    public override IReadOnlyDictionary<string, Tensor> State => gradient.State;

    public override Tensor? StartRows => startRows;

    public override IReadOnlyDictionary<string, Generator> Generators
        => chainGenerator is null ? Rows.Generators : new Dictionary<string, Generator>(Rows.Generators) { ["chains"] = chainGenerator };

    public override IReadOnlyList<StandardizedSteps> Steps { get; }

    public override IDisposable? ShareKeys() => RandomKey.Share(chainGenerator);

    public override void ComputeGradient(int batch, double keep)
    {
        var (visible, labels, weights) = Rows.Read(batch).WithoutGraph();
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        Gradients.Clear(Parameters);
        var features = GoUp(visible, weights);
        var complete = labels is null || !hasGaps ? labels : model.Labelled!.DrawMissingLabels(features, labels, chainGenerator);
        _ = gradient.Begin(features.shape[0]).copy_(complete is null ? features : model.Labelled!.JoinUnchecked(features, complete));
        if (discriminative is not null)
            discriminative.Current = new(visible, complete, hasGaps ? LabelGaps.Weights(labels!, weights, features.dtype) : weights);
        gradient.Compute(weights: weights);
        GoDown(gradient.ModelRows.narrow(1, 0, model.TopMachine.VisibleSize - model.Classes).contiguous(), gradient.ArePaired ? weights : null);
        foreach (var layer in model.Layers.Where(StandardizedSteps.Applies))
            VarianceGradient.Apply(layer);
    }

    /// <summary>The wake phase of the layers below the top; returns the states that the top machine sees.</summary>
    private Tensor GoUp(Tensor states, Tensor? weights)
    {
        foreach (var layer in model.Layers)
        {
            var upper = layer.Stochastic.SampleUpper(states, chainGenerator);
            layer.AccumulateGenerativeGradient(states, upper, weights);
            states = upper;
        }

        return states;
    }

    /// <summary>The sleep phase of the layers below the top.</summary>
    private void GoDown(Tensor states, Tensor? weights)
    {
        foreach (var layer in model.Layers.Reverse())
        {
            var lower = layer.Stochastic.SampleLower(states, chainGenerator);
            layer.AccumulateRecognitionGradient(lower, states, weights);
            states = lower;
        }
    }

    public override UpDownMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed)
    {
        using var inside = InputChecks.Enter();
        return new(
            epoch,
            learningRate,
            ReconstructionError(validation ?? scored),
            model.Labelled is null ? null : model.Score(scored.Rows, scored.Labels!, scored.Weights),
            validation is { Labels: { } labels } unseen ? model.Score(unseen.Rows, labels) : null,
            elapsed)
        {
            Diagnostics = sampler.TakeDiagnostics(),
        };
    }

    public override double Monitored(UpDownMetrics metrics) => (metrics.Validation ?? metrics.Train)?.Loss ?? metrics.ReconstructionError;

    public override void Dispose()
    {
        gradient.Dispose();
        sampler.Dispose();
        startRows.Dispose();
        chainGenerator?.Dispose();
        scored.Dispose();
        validation?.Dispose();
    }

    private double ReconstructionError(Batch given)
    {
        using var scope = torch.NewDisposeScope();
        var errors = NetworkOutputs.OfBlocks(model, given.Count, (start, count) =>
        {
            var rows = given.Rows.narrow(0, start, count);
            var states = model.SendToTop(rows, LayerInputs.Means, null);
            foreach (var layer in model.Layers.Reverse())
                states = layer.Stochastic.LowerMean(states);
            return (rows - states).Squared().mean([1L]);
        });
        return RowWeights.Mean(errors, given.Weights);
    }
}
