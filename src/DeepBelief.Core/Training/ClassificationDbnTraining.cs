using DeepBelief.Tensors;
using DeepBelief.Training;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Trains a <see cref="ClassificationDbn"/> greedily: the layers below the top without labels, then the top with them.</summary>
public static class ClassificationDbnTraining
{
    /// <summary>Trains a network on rows of which all or some have labels.</summary>
    /// <remarks>
    /// The layers below learn from all rows; the top from all of them, too, and of those without a label it learns how frequent their
    /// features are.
    /// </remarks>
    /// <example><code>
    /// using var dbn = ClassificationDbn.Bernoulli([784, 500, 500, 1000], classes: 10);
    /// var history = dbn.Fit(images, labels, new() { Epochs = 20, Top = new() { DiscriminativeWeight = 0, GenerativeWeight = 1, Epochs = 40 } });
    /// Console.WriteLine(history.Top.Last.Train.Accuracy);
    /// </code></example>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="visible">Training rows, <c>[rows, visible]</c>, of the network's type and device; finite, in the support of the visible units.</param>
    /// <param name="labels">Class of each row, <c>[rows]</c>, <c>int64</c>, from 0; -1 for a row without a label.</param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="validation">Labelled rows to validate each layer on after every epoch; null for none.</param>
    /// <param name="weights">How much each row counts, <c>[rows]</c>, 0 or more and not all 0; only the ratios matter. Null weighs all alike.</param>
    /// <returns>The metrics of each epoch.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='cancellationToken']"/>
    public static ClassificationDbnHistory Fit(
        this ClassificationDbn network,
        Tensor visible,
        Tensor labels,
        ClassificationDbnOptions? options = null,
        (Tensor Visible, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new ClassificationDbnOptions();
        options.Validate();
        var top = options.Top with { LearningRate = options.Top.LearningRate ?? ClassificationRbmOptions.DefaultLearningRate };
        ModelCheck.Trainable(network, network.parameters(), nameof(network));
        ModelCheck.Trainable(network.Top, network.Top.parameters(), nameof(network));
        Guard.Rows(visible, network.VisibleSize, network.TopMachine.Weight);
        Guard.Labels(labels, visible, network.Classes, first: -1);
        ClassificationRbmTraining.CheckGaps(labels, top);
        if (validation is var (unseenRows, unseenLabels))
        {
            Guard.Rows(unseenRows, network.VisibleSize, network.TopMachine.Weight, nameof(validation));
            Guard.Labels(unseenLabels, unseenRows, network.Classes, nameof(validation));
        }

        var layers = new GreedyLayers(network.Layers, options);
        layers.Check(validation?.Visible);
        if (options.TiedStart)
            TiedStart.Check(network.Layers[^1], network.TopMachine, "the top");
        var count = network.Layers.Count + 1;
        using var given = EnergyModelTraining.Open(network.Layers[0], visible, weights, options.OfLayer(0));
        using var run = new TrainingRun(
            network,
            network.parameters(),
            options,
            given.Overview with { Labels = labels },
            validation is { } rows ? new Batch(rows.Visible, rows.Labels) : null);
        run.CheckFinite();
        var below = layers.Train(run, given, visible, validation?.Visible, weights, progress, count, cancellationToken);
        if (run.Result<ClassifierMetrics>(layers.Stages, top) is { } result)
            return new(below, result);

        BatchReader? features = null;
        Batch? unseen = null;
        try
        {
            using var loop = run.Begin(layers.Stages, top, isNew =>
            {
                using var noGrad = torch.no_grad();
                if (validation is { } v)
                    unseen = new Batch(layers.Inputs(network.Layers.Count, v.Visible, Randomness.ValidationInputs), v.Labels);
                var training = new Batch(layers.Inputs(network.Layers.Count, visible, Randomness.LayerInputs), labels.alias(), TrainingWeights.Normalized(weights, visible, visible.dtype));
                features = new InMemoryBatches(training, top, owned: true);
                if (options.TiedStart && isNew)
                    TiedStart.Apply(network.Layers[^1], network.TopMachine);
                return new ClassificationRbmTask(network.Top, features, unseen, top, initialize: top.InitializeFromData && isNew);
            });
            loop.Run(epochs: null, new ProgressReporter(progress, count, count), cancellationToken);
            return new(below, loop.History);
        }
        finally
        {
            features?.Dispose();
            unseen?.Rows.Dispose();
        }
    }
}
