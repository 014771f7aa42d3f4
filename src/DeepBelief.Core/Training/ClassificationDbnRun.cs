using DeepBelief.Data;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>A run of a <see cref="ClassificationDbn"/>: trains the layers below the top, then starts the top on their features.</summary>
internal sealed class ClassificationDbnRun
{
    private readonly ClassificationDbn network;
    private readonly ClassificationDbnOptions options;
    private readonly ClassificationRbmOptions top;
    private readonly Batch? validation;
    private readonly GreedyLayers layers;

    /// <summary>Checks the network, the options and the validation rows.</summary>
    public ClassificationDbnRun(ClassificationDbn network, ClassificationDbnOptions? options, (Tensor Visible, Tensor Labels)? validation)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.network = network;
        this.options = options ?? new ClassificationDbnOptions();
        this.options.Validate();
        top = this.options.Top with
        {
            LearningRate = this.options.Top.LearningRate ?? ClassificationRbmOptions.DefaultLearningRate,
            Group = this.options.Group,
        };
        ModelCheck.Trainable(network, network.parameters(), nameof(network));
        ModelCheck.Trainable(network.Top, network.Top.parameters(), nameof(network));
        if (validation is var (rows, labels))
        {
            Guard.Rows(rows, network.VisibleSize, network.TopMachine.Weight, nameof(validation));
            Guard.Labels(labels, rows, network.Classes, nameof(validation));
            this.validation = new Batch(rows, labels);
        }

        layers = new GreedyLayers(network.Layers, this.options);
        layers.Check(this.validation?.Rows);
        if (this.options.TiedStart)
            TiedStart.Check(network.Layers[^1], network.TopMachine, "the top");
    }

    /// <summary>The metrics of each layer below the top.</summary>
    public IReadOnlyList<TrainingHistory<EpochMetrics>> Below { get; private set; } = [];

    private int Layers => network.Layers.Count + 1;

    /// <summary>Trains the layers below the top on rows in memory; returns the trainer of the top.</summary>
    public Trainer<ClassifierMetrics> Start(Tensor visible, Tensor labels, Tensor? weights, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Guard.AnyRows(visible, network.VisibleSize, network.TopMachine.Weight);
        Guard.Labels(labels, visible, network.Classes, first: -1);
        using var given = EnergyModelTraining.Open(network.Layers[0], visible, weights, options.OfLayer(0));
        var overview = given.Overview with { Labels = labels };
        _ = ClassificationRbmTraining.CheckGaps((labels, given.Marks.Weights), top);
        return Start(
            overview,
            run => layers.Train(run, given, visible, validation?.Rows, weights, progress, Layers, cancellationToken),
            () => new InMemoryBatches(
                new Batch(layers.Inputs(network.Layers.Count, visible, Randomness.LayerInputs), labels.alias(), TrainingWeights.Normalized(weights, visible, visible.dtype)).Detach(),
                top,
                owned: true));
    }

    /// <summary>Trains the layers below the top on a source; returns the trainer of the top.</summary>
    public Trainer<ClassifierMetrics> Start(ILabelledBatchSource source, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var rows = Open(0, options.OfLayer(0));
        _ = ClassificationRbmTraining.CheckGaps(rows.Marks, top);
        return Start(
            rows.Overview,
            run => layers.Train(run, rows.Overview, validation?.Rows, _ => rows.Batches, (layer, own) => layer == 0 ? rows : Open(layer, own), progress, Layers, cancellationToken),
            () => Open(network.Layers.Count, top));

        SourceBatches Open(int layer, OptimizationOptions own)
        {
            var fits = layer < network.Layers.Count ? EnergyModelTraining.Fits(network.Layers[layer], options.OfLayer(layer)) : FitsTop;
            return SourceBatches.Of(source, Check, own, layer == 0 ? null : (epoch, batch, given) => layers.Inputs(layer, given, epoch, batch), layers.MapsByRow);

            void Check(Batch batch, string name, bool values)
            {
                fits(batch, name, values);
                if (values)
                    Guard.Labels(batch.Labels!, batch.Rows, network.Classes, name, first: -1);
                else
                    Guard.LabelKind(batch.Labels!, batch.Rows, name);
            }
        }

        void FitsTop(Batch batch, string name, bool values) => Guard.Rows(batch.Rows, network.Layers[^1].HiddenSize, network.TopMachine.Weight, name);
    }

    private Trainer<ClassifierMetrics> Start(Batch overview, Func<TrainingRun, IReadOnlyList<TrainingHistory<EpochMetrics>>> trainLayers, Func<BatchReader> openFeatures)
    {
        var run = new TrainingRun(network, network.parameters(), options, overview, validation);
        BatchReader? features = null;
        try
        {
            run.CheckFinite();
            Below = trainLayers(run);
            var loop = run.Begin(layers.Stages, top, isNew =>
            {
                using var noGrad = torch.no_grad();
                using var scope = torch.NewDisposeScope();
                Batch? unseen = validation is { } v ? v with { Rows = layers.Inputs(network.Layers.Count, v.Rows, Randomness.ValidationInputs) } : null;
                features = openFeatures();
                if (options.TiedStart && isNew)
                    TiedStart.Apply(network.Layers[^1], network.TopMachine);
                return new ClassificationRbmTask(network.Top, features, unseen, top, initialize: top.InitializeFromData && isNew);
            });
            return new(network, () => network.Top.parameters(), loop, run, features!) { Layer = Layers, Layers = Layers };
        }
        catch
        {
            run.Dispose();
            features?.Dispose();
            throw;
        }
    }
}
