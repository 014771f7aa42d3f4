using DeepBelief.Data;
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
    /// <param name="visible">
    /// Training rows, <c>[rows, visible]</c>, of the network's type and device; finite, in the support of the visible units. Of a sparse tensor, COO, CSR or CSC,
    /// only the rows of a batch are made dense.
    /// </param>
    /// <param name="labels">Class of each row, <c>[rows]</c>, <c>int64</c>, from 0; -1 for a row without a label.</param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="validation">Labelled rows to validate each layer on after every epoch; null for none.</param>
    /// <param name="weights">How much each row counts, <c>[rows]</c>, 0 or more and not all 0; only the ratios matter. Null weighs all alike.</param>
    /// <returns>The metrics of each epoch.</returns>
    /// <exception cref="TrainingCanceledException{TMetrics}">
    /// The run was cancelled; the exception has the finished epochs, of type <see cref="EpochMetrics"/> in a layer below the top, and
    /// <see cref="ClassifierMetrics"/> in the top, with those of the layers in <see cref="TrainingCanceledException{TMetrics}.Below"/>.
    /// </exception>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception[not(contains(@cref, 'Canceled'))]|/param[@name='progress' or @name='cancellationToken']"/>
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
        ClassificationDbnRun? run = null;
        var top = options.OnAllRanks(own => (run = new(network, own, validation)).Start(visible, labels, weights, progress, cancellationToken));
        return Finish(run!, top, progress, cancellationToken);
    }

    /// <summary>Trains a network on rows that are read batch by batch, for data larger than memory.</summary>
    /// <remarks>Every read of a batch propagates it to the layer in training.</remarks>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="source">The batches; a label of -1 is a row without one. Of the first 1000 rows, at least one needs a label.</param>
    /// <inheritdoc cref="Fit(ClassificationDbn, Tensor, Tensor, ClassificationDbnOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/returns|/param[@name='options' or @name='validation' or @name='progress' or @name='cancellationToken']"/>
    public static ClassificationDbnHistory Fit(
        this ClassificationDbn network,
        ILabelledBatchSource source,
        ClassificationDbnOptions? options = null,
        (Tensor Visible, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ClassificationDbnRun? run = null;
        var top = options.OnAllRanks(own => (run = new(network, own, validation)).Start(source, progress, cancellationToken));
        return Finish(run!, top, progress, cancellationToken);
    }

    /// <summary>Trains the layers below the top, then starts the run of the top, whose epochs are asked for as they are wanted.</summary>
    /// <param name="progress">Receives the progress of the layers below the top.</param>
    /// <param name="cancellationToken">Checked before each batch of the layers below the top.</param>
    /// <returns>The trainer of the top, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(ClassificationDbn, Tensor, Tensor, ClassificationDbnOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[not(@name='progress' or @name='cancellationToken')]"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        this ClassificationDbn network,
        Tensor visible,
        Tensor labels,
        ClassificationDbnOptions? options = null,
        (Tensor Visible, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
        => options.OnAllRanks(own => new ClassificationDbnRun(network, own, validation).Start(visible, labels, weights, progress, cancellationToken));

    /// <summary>Trains the layers below the top on a source, then starts the run of the top, whose epochs are asked for as they are wanted.</summary>
    /// <param name="progress">Receives the progress of the layers below the top.</param>
    /// <param name="cancellationToken">Checked before each batch of the layers below the top.</param>
    /// <returns>The trainer of the top, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(ClassificationDbn, ILabelledBatchSource, ClassificationDbnOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)" path="/exception|/param[not(@name='progress' or @name='cancellationToken')]"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        this ClassificationDbn network,
        ILabelledBatchSource source,
        ClassificationDbnOptions? options = null,
        (Tensor Visible, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => options.OnAllRanks(own => new ClassificationDbnRun(network, own, validation).Start(source, progress, cancellationToken));

    private static ClassificationDbnHistory Finish(ClassificationDbnRun run, Trainer<ClassifierMetrics> top, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using (top)
        {
            try
            {
                return new(run.Below, top.Train(epochs: null, progress, cancellationToken));
            }
            catch (TrainingCanceledException<ClassifierMetrics> e)
            {
                throw new TrainingCanceledException<ClassifierMetrics>([e.History], (OperationCanceledException)e.InnerException!, cancellationToken) { Below = run.Below };
            }
        }
    }
}
