using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Trains RBMs that stand on each other, each on the outputs of the trained ones below: a stage of the run for each.</summary>
internal sealed class GreedyLayers
{
    private readonly IReadOnlyList<Rbm> layers;
    private readonly DbnTrainingOptions options;

    /// <summary>Creates the training of RBMs, lowest first.</summary>
    public GreedyLayers(IReadOnlyList<Rbm> layers, DbnTrainingOptions options)
    {
        if (options.Layers is { } given && given.Count != layers.Count)
            throw new ArgumentException($"Expected options for {layers.Count} layers, found {given.Count}.", nameof(options));
        (this.layers, this.options) = (layers, options);
    }

    /// <summary>Number of stages: of the layers that have parameters to train.</summary>
    public int Stages => layers.Count(IsTrained);

    /// <summary>True if a layer's input for a row depends on that row alone, as nothing is drawn.</summary>
    public bool MapsByRow => options.Inputs == LayerInputs.Means && options.OfLayer(0).MissingValues != MissingValues.Draw;

    /// <summary>Throws if the layers do not support the options, before any is trained.</summary>
    public void Check(Tensor? validation)
    {
        foreach (var (i, layer) in layers.Index().Where(layer => IsTrained(layer.Item)))
        {
            EnergyModelTraining.CheckOptions(layer, options.OfLayer(i));
            if (IsTied(i))
                TiedStart.Check(layers[i - 1], layer, $"layer {i}");
        }

        if (validation is not null)
            EnergyModelTraining.CheckRows(layers[0], validation, options.OfLayer(0));
    }

    /// <summary>Trains the layers on rows in memory.</summary>
    /// <param name="run">The run, whose first stages the layers are.</param>
    /// <param name="given">The rows, opened for the lowest layer; owned by the caller.</param>
    /// <param name="data">The rows.</param>
    /// <param name="validation">Rows to validate on; null for none.</param>
    /// <param name="weights">The caller's weights of the rows; null if all count alike.</param>
    /// <param name="progress">Receives the run's progress.</param>
    /// <param name="ofLayers">Number of layers that the progress counts.</param>
    /// <param name="cancellationToken">Checked before each batch.</param>
    public List<TrainingHistory<EpochMetrics>> Train(
        TrainingRun run,
        BatchReader given,
        Tensor data,
        Tensor? validation,
        Tensor? weights,
        IProgress<TrainingProgress>? progress,
        int ofLayers,
        CancellationToken cancellationToken)
        => Train(
            run,
            given.Overview,
            validation,
            own => AutomaticOptions.Batches(own, data.shape[0]),
            (layer, own) => layer == 0
                ? given
                : new InMemoryBatches(new(Inputs(layer, data, Randomness.LayerInputs), Weights: TrainingWeights.Normalized(weights, data, data.dtype)), own, owned: true),
            progress,
            ofLayers,
            cancellationToken);

    /// <summary>Trains the layers.</summary>
    /// <param name="run">The run, whose first stages the layers are.</param>
    /// <param name="overview">Rows of the data.</param>
    /// <param name="validation">Rows to validate on; null for none.</param>
    /// <param name="batches">Returns the number of batches of an epoch.</param>
    /// <param name="open">Opens the training rows of a layer, numbered from 0.</param>
    /// <param name="progress">Receives the run's progress.</param>
    /// <param name="ofLayers">Number of layers that the progress counts.</param>
    /// <param name="cancellationToken">Checked before each batch.</param>
    public List<TrainingHistory<EpochMetrics>> Train(
        TrainingRun run,
        Batch overview,
        Tensor? validation,
        Func<TrainingOptions, int> batches,
        Func<int, TrainingOptions, BatchReader> open,
        IProgress<TrainingProgress>? progress,
        int ofLayers,
        CancellationToken cancellationToken)
    {
        var histories = new List<TrainingHistory<EpochMetrics>>(layers.Count);
        var stage = 0;
        foreach (var (i, layer) in layers.Index())
        {
            if (!IsTrained(layer))
            {
                histories.Add(new TrainingHistory<EpochMetrics>([], BestEpoch: 0, StoppedEarly: false));
                continue;
            }

            var own = options.OfLayer(i);
            var automatic = own.LearningRate is null;
            own = own.ResolveBatches(layer, batches(own), i == 0 ? overview.Rows : null);
            if (automatic && IsTied(i))
                own = own with { LearningRate = AutomaticOptions.TiedLearningRate(own.LearningRate!) };
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
                    unseen = validation is null ? null : Inputs(i, validation, Randomness.ValidationInputs);
                    rows = open(i, own);
                    if (IsTied(i) && isNew)
                        TiedStart.Apply(layers[i - 1], layer);
                    return EnergyModelTraining.Task(layer, rows, own, unseen, initialize: isNew && !IsTied(i));
                });
                loop.Run(epochs: null, new ProgressReporter(progress, i + 1, ofLayers), cancellationToken);
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

    /// <summary>Returns the inputs of a layer for a batch: the same at every read, as epoch and batch seed them.</summary>
    public Tensor Inputs(int layer, Tensor rows, int epoch, int batch)
    {
        var ofEpoch = Randomness.Derive(Randomness.Derive(options.Seed, Randomness.LayerInputs + layer), epoch);
        Randomness.SeedDefault(rows.device, ofEpoch, batch);
        using var generator = Randomness.Generator(ofEpoch, rows.device, batch);
        return SendUp(layer, rows, generator);
    }

    /// <summary>Returns the inputs of a layer for data in memory.</summary>
    public Tensor Inputs(int layer, Tensor data, int streams)
    {
        // One generator per layer, so that a layer draws the same numbers whether the layers below were trained or restored.
        var stream = streams + layer;
        Randomness.SeedDefault(data.device, options.Seed, stream);
        using var generator = Randomness.Generator(options.Seed, data.device, stream);
        return SparseRows.Are(data) ? SparseRows.Map(data, layers[0].VisibleSize, layers[0].Weight, Up) : Up(data);

        Tensor Up(Tensor rows) => SendUp(layer, rows, generator);
    }

    private bool IsTied(int layer) => options.TiedStart && layer > 0;

    private static bool IsTrained(Rbm layer) => layer.parameters().Any(parameter => parameter.requires_grad);

    private Tensor SendUp(int layer, Tensor rows, Generator? generator)
    {
        if (layer == 0)
            return rows.alias();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var complete = new CompleteRows(layers[0], options.OfLayer(0).MissingValues).Of(rows, generator);
        return LayerStack.SendUp(layers.Take(layer).Select(StochasticLayer.Of), complete, options.Inputs, generator).MoveToOuterDisposeScope();
    }
}
