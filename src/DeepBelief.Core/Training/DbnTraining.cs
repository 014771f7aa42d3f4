using System.Runtime.CompilerServices;
using DeepBelief.Data;
using DeepBelief.Tensors;
using DeepBelief.Training;

#pragma warning disable CS1573 // Parameters without a tag of their own inherit theirs.

namespace DeepBelief;

/// <summary>Greedy pre-training of a <see cref="Dbn"/>: its layers one after the other, each on what the trained layers below make of the data.</summary>
public static class DbnTraining
{
    /// <summary>Pre-trains a network on rows of data.</summary>
    /// <param name="dbn">The network; its parameters are changed in place.</param>
    /// <returns>What was measured, for each layer, epoch by epoch.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static IReadOnlyList<TrainingHistory<EpochMetrics>> Fit(
        this Dbn dbn,
        Tensor data,
        DbnTrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options = Check(dbn, options, validation);
        CheckRows(dbn, data);
        return Run(
            dbn,
            data,
            validation,
            options,
            (layer, own) => new InMemoryBatches(new(Inputs(dbn, layer, data, options, Randomness.LayerInputs)), own, owned: true),
            progress,
            cancellationToken);
    }

    /// <summary>
    /// Pre-trains a network on rows that are read batch by batch, for data that memory does not hold. Batches are sent up to the
    /// layer under training whenever they are read.
    /// </summary>
    /// <param name="dbn">The network; its parameters are changed in place.</param>
    /// <returns>What was measured, for each layer, epoch by epoch.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, IBatchSource, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static IReadOnlyList<TrainingHistory<EpochMetrics>> Fit(
        this Dbn dbn,
        IBatchSource source,
        DbnTrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options = Check(dbn, options, validation);
        using var rows = Open(source, 0, options);
        return Run(dbn, rows.Overview.Rows, validation, options, (layer, own) => Open(new LayerSource(source, dbn, layer, options), layer, own), progress, cancellationToken);

        SourceBatches Open(IBatchSource batches, int layer, TrainingOptions own)
            => SourceBatches.Of(batches, EnergyModelTraining.Fits(dbn.Layers[layer]), own.EvaluationRows);
    }

    private static DbnTrainingOptions Check(Dbn dbn, DbnTrainingOptions? options, Tensor? validation)
    {
        ArgumentNullException.ThrowIfNull(dbn);
        options ??= new DbnTrainingOptions();
        options.Validate();
        if (options.Layers is { } given && given.Count != dbn.Layers.Count)
            throw new ArgumentException($"Expected options for {dbn.Layers.Count} layers, found {given.Count}.", nameof(options));
        // All layers before any is trained.
        foreach (var (i, layer) in dbn.Layers.Index())
            EnergyModelTraining.CheckOptions(layer, options.OfLayer(i));
        if (validation is not null)
            CheckRows(dbn, validation);
        return options;
    }

    private static void CheckRows(Dbn dbn, Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Guard.Rows(rows, dbn.VisibleSize, dbn.Layers[0].Weight, name);
        dbn.Layers[0].VisibleSupport.Check(rows, name);
    }

    private static List<TrainingHistory<EpochMetrics>> Run(
        Dbn dbn,
        Tensor overview,
        Tensor? validation,
        DbnTrainingOptions options,
        Func<int, TrainingOptions, BatchReader> open,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var run = new TrainingRun(dbn, dbn.parameters(), options, new(overview), validation is null ? null : new Batch(validation), progress, cancellationToken);
        var histories = new List<TrainingHistory<EpochMetrics>>(dbn.Layers.Count);
        foreach (var (i, layer) in dbn.Layers.Index())
        {
            var own = options.OfLayer(i);
            BatchReader? rows = null;
            Tensor? unseen = null;
            try
            {
                histories.Add(run.Train(i, dbn.Layers.Count, own, isNew =>
                {
                    using var noGrad = torch.no_grad();
                    unseen = validation is null ? null : Inputs(dbn, i, validation, options, Randomness.ValidationInputs);
                    rows = open(i, own);
                    return EnergyModelTraining.Task(layer, rows, own, unseen, isNew);
                }));
            }
            finally
            {
                rows?.Dispose();
                unseen?.Dispose();
            }
        }

        return histories;
    }

    /// <summary>What a layer is trained or evaluated on, of data in memory.</summary>
    private static Tensor Inputs(Dbn dbn, int layer, Tensor data, DbnTrainingOptions options, int streams)
    {
        // A generator for each layer, so that one draws the same numbers whether or not the layers below were trained just
        // now.
        var stream = streams + layer;
        Randomness.SeedDefault(data.device, options.Seed, stream);
        using var generator = Randomness.Generator(options.Seed, data.device, stream);
        return dbn.SendUp(layer, data, options.Inputs, generator);
    }
}
