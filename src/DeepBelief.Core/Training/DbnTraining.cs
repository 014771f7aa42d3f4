using DeepBelief.Data;
using DeepBelief.Tensors;
using DeepBelief.Training;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Pre-trains a <see cref="Dbn"/> greedily: layer by layer, each on the outputs of the trained layers below.</summary>
public static class DbnTraining
{
    /// <summary>Pre-trains a network on rows of data.</summary>
    /// <example><code>
    /// var first = new TrainingOptions { Epochs = 20, LearningRate = 0.1 };
    /// var options = new DbnTrainingOptions { Layers = [first, first with { Epochs = 10 }] }; // of a network of two layers
    /// foreach (var history in dbn.Fit(images, options))
    ///     Console.WriteLine(history.Last.ReconstructionError);
    /// </code></example>
    /// <param name="dbn">The network; its parameters are changed in place.</param>
    /// <returns>The metrics of each epoch, for each layer; no epochs for a layer without parameters to train, which is skipped.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)"/>
    public static IReadOnlyList<TrainingHistory<EpochMetrics>> Fit(
        this Dbn dbn,
        Tensor data,
        DbnTrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        options = Check(dbn, options, validation);
        using var given = EnergyModelTraining.Open(dbn.Layers[0], data, weights, options.OfLayer(0));
        return Run(
            dbn,
            given.Overview,
            validation,
            options,
            own => AutomaticOptions.Batches(own, data.shape[0]),
            (layer, own) => layer == 0
                ? given
                : new InMemoryBatches(new(Inputs(dbn, layer, data, options, Randomness.LayerInputs), Weights: TrainingWeights.Normalized(weights, data, data.dtype)), own, owned: true),
            progress,
            cancellationToken);
    }

    /// <summary>Pre-trains a network on rows that are read batch by batch, for data larger than memory.</summary>
    /// <remarks>Every read of a batch propagates it to the layer in training.</remarks>
    /// <param name="dbn">The network; its parameters are changed in place.</param>
    /// <returns>The metrics of each epoch, for each layer; no epochs for a layer without parameters to train, which is skipped.</returns>
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
        using var rows = Open(0, options.OfLayer(0));
        return Run(dbn, rows.Overview, validation, options, _ => rows.Batches, Open, progress, cancellationToken);

        SourceBatches Open(int layer, TrainingOptions own)
            => SourceBatches.Of(
                source,
                EnergyModelTraining.Fits(dbn.Layers[layer], own),
                AutomaticOptions.OverviewRows(own),
                layer == 0 ? null : (epoch, batch, given) => Inputs(dbn, layer, given, options, epoch, batch));
    }

    private static DbnTrainingOptions Check(Dbn dbn, DbnTrainingOptions? options, Tensor? validation)
    {
        ArgumentNullException.ThrowIfNull(dbn);
        options ??= new DbnTrainingOptions();
        options.Validate();
        if (options.Layers is { } given && given.Count != dbn.Layers.Count)
            throw new ArgumentException($"Expected options for {dbn.Layers.Count} layers, found {given.Count}.", nameof(options));
        ModelCheck.Trainable(dbn, dbn.parameters(), nameof(dbn));
        // Checks all layers before training any.
        foreach (var (i, layer) in dbn.Layers.Index().Where(layer => IsTrained(layer.Item)))
            EnergyModelTraining.CheckOptions(layer, options.OfLayer(i));
        if (validation is not null)
            EnergyModelTraining.CheckRows(dbn.Layers[0], validation, options.OfLayer(0));
        return options;
    }

    private static List<TrainingHistory<EpochMetrics>> Run(
        Dbn dbn,
        Batch overview,
        Tensor? validation,
        DbnTrainingOptions options,
        Func<TrainingOptions, int> batches,
        Func<int, TrainingOptions, BatchReader> open,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var run = new TrainingRun(dbn, dbn.parameters(), options, overview, validation is null ? null : new Batch(validation));
        run.CheckFinite();
        var histories = new List<TrainingHistory<EpochMetrics>>(dbn.Layers.Count);
        var stage = 0;
        foreach (var (i, layer) in dbn.Layers.Index())
        {
            if (!IsTrained(layer))
            {
                histories.Add(new TrainingHistory<EpochMetrics>([], BestEpoch: 0, StoppedEarly: false));
                continue;
            }

            var own = options.OfLayer(i);
            own = own.ResolveBatches(layer, batches(own), i == 0 ? overview.Rows : null);
            if (run.Result<EpochMetrics>(stage, own) is { } result)
            {
                histories.Add(result);
                stage++;
                continue;
            }

            BatchReader? rows = null;
            Tensor? unseen = null;
            try
            {
                using var loop = run.Begin(stage++, own, isNew =>
                {
                    using var noGrad = torch.no_grad();
                    unseen = validation is null ? null : Inputs(dbn, i, validation, options, Randomness.ValidationInputs);
                    rows = open(i, own);
                    return EnergyModelTraining.Task(layer, rows, own, unseen, isNew);
                });
                loop.Run(epochs: null, new ProgressReporter(progress, i + 1, dbn.Layers.Count), cancellationToken);
                histories.Add(loop.History);
            }
            catch (TrainingCanceledException<EpochMetrics> e)
            {
                throw new TrainingCanceledException<EpochMetrics>([.. histories, e.History], (OperationCanceledException)e.InnerException!, cancellationToken);
            }
            finally
            {
                rows?.Dispose();
                unseen?.Dispose();
            }
        }

        return histories;
    }

    private static bool IsTrained(Rbm layer) => layer.parameters().Any(parameter => parameter.requires_grad);

    /// <summary>Returns the inputs of a layer for a batch: the same at every read, as epoch and batch seed them.</summary>
    private static Tensor Inputs(Dbn dbn, int layer, Tensor rows, DbnTrainingOptions options, int epoch, int batch)
    {
        var ofEpoch = Randomness.Derive(Randomness.Derive(options.Seed, Randomness.LayerInputs + layer), epoch);
        Randomness.SeedDefault(rows.device, ofEpoch, batch);
        using var generator = Randomness.Generator(ofEpoch, rows.device, batch);
        return SendUp(dbn, layer, rows, options, generator);
    }

    /// <summary>Returns the inputs of a layer for data in memory.</summary>
    private static Tensor Inputs(Dbn dbn, int layer, Tensor data, DbnTrainingOptions options, int streams)
    {
        // One generator per layer, so that a layer draws the same numbers whether the layers below were trained or restored.
        var stream = streams + layer;
        Randomness.SeedDefault(data.device, options.Seed, stream);
        using var generator = Randomness.Generator(options.Seed, data.device, stream);
        return SparseRows.Are(data) ? SparseRows.Map(data, dbn.VisibleSize, dbn.Layers[0].Weight, Up) : Up(data);

        Tensor Up(Tensor rows) => SendUp(dbn, layer, rows, options, generator);
    }

    private static Tensor SendUp(Dbn dbn, int layer, Tensor rows, DbnTrainingOptions options, Generator? generator)
    {
        if (layer == 0)
            return rows.alias();
        using var scope = torch.NewDisposeScope();
        var complete = new CompleteRows(dbn.Layers[0], options.OfLayer(0).MissingValues).Of(rows, generator);
        return dbn.SendUp(layer, complete, options.Inputs, generator).MoveToOuterDisposeScope();
    }
}
