using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>Throws if targets do not fit their rows.</summary>
/// <param name="targets">What is to be predicted.</param>
/// <param name="inputs">The rows, which have been checked.</param>
/// <param name="values">True to check values, too, beside shape and type.</param>
/// <param name="name">Their name in the exception.</param>
internal delegate void TargetCheck(Tensor targets, Tensor inputs, bool values, string name);

/// <summary>Starts runs of networks: checks and choices that do not depend on what they are trained for.</summary>
internal sealed class NetworkRun
{
    private const string Gaps = $" If NaN marks missing values: a network needs whole rows. Fill them first, as {nameof(MarkovChain)}.{nameof(MarkovChain.FillMissing)} does.";

    private readonly torch.nn.Module<Tensor, Tensor> network;
    private readonly FineTuningOptions options;
    private readonly TargetCheck? check;

    /// <param name="network">The network.</param>
    /// <param name="options">The options, as they were given.</param>
    /// <param name="check">Checks targets; null if there are none.</param>
    public NetworkRun(torch.nn.Module<Tensor, Tensor> network, FineTuningOptions options, TargetCheck? check)
    {
        ArgumentNullException.ThrowIfNull(network);
        options.Validate();
        ModelCheck.Trainable(network, network.parameters(), nameof(network));
        (this.network, this.options, this.check) = (network, options, check);
    }

    /// <summary>The values that rows may have. Default: any.</summary>
    public UnitSupport Support { get; init; } = UnitSupport.Real;

    /// <summary>What the caller's arguments are called, the rows and the targets, for messages.</summary>
    public (string Rows, string Targets) Names { get; init; } = ("inputs", "labels");

    /// <summary>Rows without labels beside those in memory; null for none.</summary>
    public Tensor? Unlabelled { get; init; }

    /// <summary>Unlabelled rows per batch; null for the default.</summary>
    public int? UnlabelledBatchSize { get; init; }

    /// <summary>Starts a run on rows in memory.</summary>
    /// <param name="data">The rows and their weights, as they were given.</param>
    /// <param name="validation">The validation rows; null for none.</param>
    /// <param name="objective">Makes the objective, given some of the rows.</param>
    public Trainer<TMetrics> Start<TMetrics>(Batch data, Batch? validation, Func<BatchReader, Objective<TMetrics>> objective)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        ClassifierEvaluation.CheckInputs(network, data.Rows, Names.Rows);
        check?.Invoke(data.Labels!, data.Rows, values: true, Names.Targets);
        var rows = ShuffledBatches.Open(data, some => Support.Check(some, Names.Rows, Gaps), options);
        return Unlabelled is null ? Start(rows, validation, objective) : Start(Beside(rows, Unlabelled), validation, objective);
    }

    /// <summary>Starts a run on rows and their labels or targets that are read batch by batch.</summary>
    public Trainer<TMetrics> Start<TMetrics>(ILabelledBatchSource source, Batch? validation, Func<BatchReader, Objective<TMetrics>> objective)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        ArgumentNullException.ThrowIfNull(source);
        return Start(SourceBatches.Of(source, Fits(), options), validation, objective);
    }

    /// <summary>Starts a run on rows that are read batch by batch.</summary>
    public Trainer<TMetrics> Start<TMetrics>(IBatchSource source, Batch? validation, Func<BatchReader, Objective<TMetrics>> objective)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        ArgumentNullException.ThrowIfNull(source);
        return Start(SourceBatches.Of(source, Fits(), options), validation, objective);
    }

    private Trainer<TMetrics> Start<TMetrics>(BatchReader rows, Batch? validation, Func<BatchReader, Objective<TMetrics>> objective)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        return TrainingRun.Start(network, () => network.parameters(), options, rows, validation, Resolve, Begin, rows.UnlabelledOverview);

        FineTuningOptions Resolve()
        {
            CheckValidation(validation, rows.Overview.Rows);
            return options with { LearningRate = options.LearningRate ?? AutomaticOptions.NetworkLearningRate(options.Optimizer, rows.Batches) };
        }

        NetworkTask<TMetrics> Begin(FineTuningOptions own, bool _)
        {
            using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
            var scored = AutomaticOptions.EvaluationRows(options, rows.Rows, areMonitored: validation is null && options.Patience is not null);
            var goal = objective(rows);
            return new NetworkTask<TMetrics>(network, rows, rows.Draw(scored, generator).Detach(), validation?.Draw(null, generator).Detach(), goal, own);
        }
    }

    private SemiSupervisedBatches Beside(ShuffledBatches labelled, Tensor unlabelled)
    {
        try
        {
            ClassifierEvaluation.CheckInputs(network, unlabelled, nameof(unlabelled));
            CheckShape(unlabelled, labelled.Overview.Rows.shape, nameof(unlabelled));
            var own = options with { BatchSize = UnlabelledBatchSize };
            return new(labelled, ShuffledBatches.Open(new Batch(unlabelled), some => Support.Check(some, nameof(unlabelled), Gaps), own, Randomness.UnlabelledOrder));
        }
        catch
        {
            labelled.Dispose();
            throw;
        }
    }

    /// <summary>Returns a check that throws if a batch does not fit the network or the first batch.</summary>
    private Action<Batch, string, bool> Fits()
    {
        long[]? shape = null;
        long[]? ofLabels = null;
        return (batch, name, values) =>
        {
            Guard.Dense(batch.Rows, name);
            ClassifierEvaluation.CheckInputs(network, batch.Rows, name);
            CheckShape(batch.Rows, shape ??= batch.Rows.shape, name);
            if (values)
                Support.Check(batch.Rows, name, Gaps);
            check?.Invoke(batch.Labels!, batch.Rows, values, name);
            if (batch.Labels is { } labels)
                CheckShape(labels, ofLabels ??= labels.shape, name, "targets of the first batch's");
        };
    }

    private void CheckValidation(Batch? validation, Tensor training)
    {
        if (validation is not var (rows, labels, _))
            return;
        Check(rows, training, nameof(validation));
        check?.Invoke(labels!, rows, values: true, nameof(validation));
    }

    private void Check(Tensor rows, Tensor training, string name)
    {
        ClassifierEvaluation.CheckInputs(network, rows, name);
        CheckShape(rows, training.shape, name);
        SparseRows.Check(rows, some => Support.Check(some, name, Gaps));
    }

    private static void CheckShape(Tensor rows, long[] training, string name, string what = "rows of the training rows'")
    {
        if (!rows.shape.Skip(1).SequenceEqual(training.Skip(1)))
            throw new ArgumentException($"Expected {what} shape, [{string.Join(", ", training)}], found {Shapes.Text(rows)}.", name);
    }
}
