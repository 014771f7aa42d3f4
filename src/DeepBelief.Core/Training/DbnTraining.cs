using System.Diagnostics.CodeAnalysis;
using DeepBelief.Data;
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
        => options.OnAllRanks(own =>
        {
            var layers = Check(dbn, ref own, validation);
            using var given = EnergyModelTraining.Open(dbn.Layers[0], data, weights, own.OfLayer(0));
            using var run = Start(dbn, own, given.Overview, validation);
            return layers.Train(run, given, data, validation, weights, progress, dbn.Layers.Count, cancellationToken);
        });

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
        => options.OnAllRanks(own =>
        {
            ArgumentNullException.ThrowIfNull(source);
            var layers = Check(dbn, ref own, validation);
            using var rows = Open(0, own.OfLayer(0));
            using var run = Start(dbn, own, rows.Overview, validation);
            return layers.Train(run, rows.Overview, validation, _ => rows.Batches, (layer, ofLayer) => layer == 0 ? rows : Open(layer, ofLayer), progress, dbn.Layers.Count, cancellationToken);

            SourceBatches Open(int layer, TrainingOptions ofLayer)
                => SourceBatches.Of(
                    source,
                    EnergyModelTraining.Fits(dbn.Layers[layer], ofLayer),
                    ofLayer,
                    layer == 0 ? null : (epoch, batch, given) => layers.Inputs(layer, given, epoch, batch),
                    layers.MapsByRow);
        });

    private static GreedyLayers Check(Dbn dbn, [NotNull] ref DbnTrainingOptions? options, Tensor? validation)
    {
        ArgumentNullException.ThrowIfNull(dbn);
        options ??= new DbnTrainingOptions();
        options.Validate();
        ModelCheck.Trainable(dbn, dbn.parameters(), nameof(dbn));
        var layers = new GreedyLayers(dbn.Layers, options);
        layers.Check(validation);
        return layers;
    }

    private static TrainingRun Start(Dbn dbn, DbnTrainingOptions options, Batch overview, Tensor? validation)
    {
        var run = new TrainingRun(dbn, dbn.parameters(), options, overview, validation is null ? null : new Batch(validation));
        run.CheckFinite();
        return run;
    }
}
