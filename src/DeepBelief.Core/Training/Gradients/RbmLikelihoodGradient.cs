using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>The gradient of an <see cref="Rbm"/>, by <see cref="RbmGradient"/>, with the changes of the options.</summary>
internal sealed class RbmLikelihoodGradient : LikelihoodGradient
{
    private readonly NegativeSampler sampler;
    private readonly RoundedWeights? rounded;
    private readonly RbmGradient gradient;
    private readonly GradientChange? first;
    private readonly GradientChange[] changes;
    private readonly DataMeans? means; // null if no change uses them
    private readonly bool leavesOut;

    /// <param name="rbm">The RBM.</param>
    /// <param name="sampler">Draws the rows of the model; owned by the caller.</param>
    /// <param name="options">The options; null for none.</param>
    /// <param name="sample">Rows of data, complete, whose means initialize some changes.</param>
    /// <param name="raw">Rows of data in which missing values are NaN; null if none are.</param>
    /// <param name="first">A part of the gradient of this process's rows, before those changes, owned from now on; null for none.</param>
    /// <param name="halves">The machine that the RBM is a view of; null for none.</param>
    public RbmLikelihoodGradient(Rbm rbm, NegativeSampler sampler, TrainingOptions? options, Tensor sample, Batch? raw, GradientChange? first = null, DbmHalves? halves = null)
    {
        this.sampler = sampler;
        rounded = RoundedProducts.Weights(rbm, options);
        gradient = new RbmGradient(rbm, rounded);
        leavesOut = options?.MissingValues == MissingValues.LeaveOut;
        ArePaired = sampler is RbmBatchChains;
        this.first = first;
        var taken = new DataMeans(Phases);
        changes = [.. Changes(rbm, options, sample, raw, halves, taken)];
        means = changes.Any(change => change is SparsityPenalty or Training.Centering) ? taken : null;
        Ranks = RankExchange.Of(options?.Group, rbm.parameters(), means is null ? [] : [rbm.VisibleSize, rbm.HiddenSize]);
        if (options is not null && StandardizedSteps.Applies(rbm))
            Steps = new StandardizedSteps(rbm, changes.OfType<Centering>().FirstOrDefault()?.VisibleOffset, halves);
        State = changes.Length == 0 ? sampler.State : new Dictionary<string, Tensor>([.. sampler.State, .. changes.SelectMany(change => change.State)]);
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override IEnumerable<Tensor> SharedState => changes.SelectMany(change => change.State.Values);

    public override RankExchange? Ranks { get; }

    // Changes need the gradient alone, without momentum.
    public override bool CanKeep => first is null && changes.Length == 0 && Steps is null;

    public override StandardizedSteps? Steps { get; }

    public override RoundedWeights? Rounded => rounded;

    /// <summary>True if each row of the model comes from one of the batch, and so has its weight.</summary>
    public bool ArePaired { get; }

    /// <summary>The rows of the model in the last gradient, <c>[chains, visible]</c>.</summary>
    public Tensor ModelRows => Phases.Model.Visible;

    private RbmPhases Phases => gradient.Phases;

    /// <summary>True if the model is an RBM with trained weights whose units all have a trained bias.</summary>
    public static bool CanCenter(IEnergyModel model)
        => model is Rbm { Weight.requires_grad: true } rbm && SharedInputs.AreTrained(rbm.Visible) && SharedInputs.AreTrained(rbm.Hidden);

    /// <summary>Throws if the model does not support the options.</summary>
    public static void Check(IEnergyModel model, TrainingOptions options)
    {
        var faults = new OptionFaults();
        faults.From(() => RoundedProducts.Check(model, options));
        if (options.Centering is { IsAutomatic: false } centering)
        {
            Expect(
                _ => CanCenter(model),
                nameof(options.Centering),
                centering,
                "the model's weights are frozen, or some of its units have no bias that is trained");
        }

        if (options.Sparsity is { } sparsity)
        {
            Expect(
                rbm => SharedInputs.Parts(rbm.Hidden).All(columns => columns.Part.Support == UnitSupport.Binary) && SharedInputs.AreTrained(rbm.Hidden),
                nameof(options.Sparsity),
                sparsity,
                "the model's hidden units are not binary, or some have no bias that is trained");
        }

        if (options.MissingValues == MissingValues.LeaveOut)
        {
            faults.Option(model is Rbm, nameof(options.MissingValues), options.MissingValues, $"another value, as the model is not an {nameof(Rbm)}");
            faults.Option(
                options.NegativePhase is null or ContrastiveDivergence,
                nameof(options.NegativePhase),
                options.NegativePhase,
                $"{nameof(ContrastiveDivergence)} or null with {nameof(MissingValues)}.{nameof(MissingValues.LeaveOut)}, as chains run in the units that a row knows");
        }

        faults.From(() => options.NegativePhase?.Check(model));
        faults.Throw();

        void Expect(Func<Rbm, bool> isTaken, string option, object value, string reason)
            => faults.Option(model is Rbm rbm && isTaken(rbm), option, value, $"null, as {(model is Rbm ? reason : $"the model is not an {nameof(Rbm)}")}");
    }

    public override Tensor Begin(long rows)
    {
        Phases.Begin(rows, sampler is RbmSampler chains ? chains.Rows(rows) : rows);
        return Phases.Data.Visible;
    }

    public override void Compute(double keep = 0, Tensor? weights = null, double share = 1)
    {
        using (torch.no_grad())
        using (torch.NewDisposeScope())
        {
            if (leavesOut)
                Phases.LeaveOutMissing();
            Draw();
            if (weights is not null)
                Phases.Weigh(weights, ArePaired);
            gradient.Replace(keep);
        }

        first?.Apply();
        using (torch.no_grad())
            means?.Take();
        if (means is null)
            Ranks?.Average(share);
        else
            Ranks?.Average(share, means.Visible, means.Hidden);
        foreach (var change in changes)
            change.Apply();
    }

    public override void Dispose()
    {
        gradient.Dispose();
        rounded?.Dispose();
        first?.Dispose();
        Ranks?.Dispose();
        foreach (var change in changes)
            change.Dispose();
    }

    private void Draw()
    {
        if (sampler is RbmSampler chains)
        {
            chains.Fill(Phases);
            return;
        }

        // A general sampler determines the number of rows only by drawing them.
        var data = Phases.Data.Visible.clone();
        var rows = sampler.Sample(data);
        Phases.Begin(data.size(0), rows.size(0));
        _ = Phases.Data.Visible.copy_(data);
        _ = Phases.Model.Visible.copy_(rows);
    }

    private static IEnumerable<GradientChange> Changes(Rbm rbm, TrainingOptions? options, Tensor sample, Batch? raw, DbmHalves? halves, DataMeans means)
    {
        if (options is null)
            yield break;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // Of a small run, the product takes as long as many updates.
        var (visibleMean, hiddenMean) = options is { Sparsity: null, Centering: null } ? default : (ColumnSums.Mean(sample), ColumnSums.Mean(rbm.HiddenMean(sample)));
        // Sparsity adds a term to the objective; centering then transforms the gradient of the whole objective.
        if (options.Sparsity is { } sparsity)
            yield return new SparsityPenalty(rbm, means, sparsity, hiddenMean, halves is null ? null : visibleMean, halves?.VisibleSize ?? 0);
        var centering = options.Centering is { } given ? new Centering(rbm, means, given, options, visibleMean, hiddenMean) : null;
        if (rbm.Visible.Variances is not null)
            yield return new VarianceGradient(rbm, centering?.VisibleOffset, halves is null ? sample : sample.narrow(1, 0, halves.VisibleSize));
        if (centering is not null)
            yield return centering;
        if (SharedInputs.Parts(rbm.Visible).Any(columns => columns.Part is GaussianUnits))
            yield return new VisibleBiasGradient(rbm, halves is null ? sample : sample.narrow(1, 0, halves.VisibleSize));
        if (options.MissingValues == MissingValues.LeaveOut)
            yield return new RareUnits(rbm, raw!.Value);
    }
}
