using DeepBelief.Data;
using DeepBelief.Tensors;
using DeepBelief.Training;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Trains classifiers with the cross-entropy loss.</summary>
public static class ClassifierTraining
{
    /// <summary>Trains a classifier on labelled rows.</summary>
    /// <example><code>
    /// var options = new ClassifierTrainingOptions { Epochs = 50, Patience = 5, Optimizer = new AdamSettings() };
    /// var history = net.FitClassifier(images, labels, options, validation: (images, labels));
    /// Console.WriteLine($"{history.Best.Validation!.Accuracy:p2} in epoch {history.BestEpoch}");
    /// </code></example>
    /// <param name="network">The classifier; its parameters are changed in place.</param>
    /// <param name="inputs">
    /// Training rows, <c>[rows, inputs]</c>, of the classifier's element type and on its device; finite. Of a sparse tensor, COO, CSR or CSC,
    /// only the rows of a batch are made dense.
    /// </param>
    /// <param name="labels">Class of each row, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <param name="validation">Labelled rows to score after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <param name="unlabelled">
    /// More rows, without labels, for <see cref="ClassifierTrainingOptions.VirtualAdversarial"/>; the labelled ones may be among them. An
    /// epoch is then one pass over these or over the labelled rows, whichever are more batches, and the others come again as often
    /// as needed. Null for none, as with a <see cref="OptimizationOptions.Group"/>.
    /// </param>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='weights' or @name='cancellationToken' or @name='options']|/returns"/>
    public static TrainingHistory<ClassifierMetrics> FitClassifier(
        this Classifier network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        Tensor? unlabelled = null,
        CancellationToken cancellationToken = default)
        => FitClassifier((torch.nn.Module<Tensor, Tensor>)network, inputs, labels, options, validation, progress, weights, unlabelled, cancellationToken);

    /// <summary>Trains a classifier on labelled rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="source">
    /// The batches: finite rows of the classifier's element type and on its device, and their classes. The run's first epoch
    /// checks the values. <see cref="OptimizationOptions.BatchSize"/> has no effect. Training rows to score are drawn from the first
    /// batches that together have 1000 rows, or <see cref="OptimizationOptions.EvaluationRows"/> if that is more.
    /// </param>
    /// <inheritdoc cref="FitClassifier(Classifier, Tensor, Tensor, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, Tensor?, CancellationToken)"/>
    public static TrainingHistory<ClassifierMetrics> FitClassifier(
        this Classifier network,
        ILabelledBatchSource source,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => FitClassifier((torch.nn.Module<Tensor, Tensor>)network, source, options, validation, progress, cancellationToken);

    /// <summary>Trains any module that maps rows to one logit per class.</summary>
    /// <inheritdoc cref="FitClassifier(Classifier, Tensor, Tensor, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, Tensor?, CancellationToken)"/>
    public static TrainingHistory<ClassifierMetrics> FitClassifier(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        Tensor? unlabelled = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = StartTraining(network, inputs, labels, options, validation, weights, unlabelled);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Trains any module that maps rows to one logit per class, on rows that are read batch by batch.</summary>
    /// <inheritdoc cref="FitClassifier(Classifier, ILabelledBatchSource, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static TrainingHistory<ClassifierMetrics> FitClassifier(
        torch.nn.Module<Tensor, Tensor> network,
        ILabelledBatchSource source,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = StartTraining(network, source, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a training run of a classifier whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="FitClassifier(Classifier, Tensor, Tensor, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        this Classifier network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        Tensor? weights = null,
        Tensor? unlabelled = null)
        => StartTraining((torch.nn.Module<Tensor, Tensor>)network, inputs, labels, options, validation, weights, unlabelled);

    /// <summary>Starts a training run of a classifier on rows that are read batch by batch, whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="FitClassifier(Classifier, ILabelledBatchSource, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        this Classifier network,
        ILabelledBatchSource source,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null)
        => StartTraining((torch.nn.Module<Tensor, Tensor>)network, source, options, validation);

    /// <summary>Starts a training run of any module that maps rows to one logit per class.</summary>
    /// <inheritdoc cref="StartTraining(Classifier, Tensor, Tensor, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, Tensor?, Tensor?)"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        Tensor? weights = null,
        Tensor? unlabelled = null)
        => options.OnAllRanks(given =>
        {
            var own = given ?? new ClassifierTrainingOptions();
            // The mean over ranks weighs them by their labelled rows.
            Guard.Option(unlabelled is null || own.Group is null, nameof(own.Group), own.Group, "null with unlabelled rows");
            var adversarial = own.VirtualAdversarial ?? (unlabelled is null ? null : new VirtualAdversarialOptions());
            var run = new NetworkRun(network, own, Labels(network)) { Unlabelled = unlabelled, UnlabelledBatchSize = adversarial?.BatchSize };
            return run.Start(new Batch(inputs, labels, weights), Unseen(validation), rows => Objective(network, rows, own, adversarial));
        });

    /// <summary>Starts a training run of any module that maps rows to one logit per class, on rows that are read batch by batch.</summary>
    /// <inheritdoc cref="StartTraining(Classifier, ILabelledBatchSource, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?)"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        torch.nn.Module<Tensor, Tensor> network,
        ILabelledBatchSource source,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null)
        => options.OnAllRanks(given =>
        {
            var own = given ?? new ClassifierTrainingOptions();
            var run = new NetworkRun(network, own, Labels(network));
            return run.Start(source, Unseen(validation), rows => Objective(network, rows, own, own.VirtualAdversarial));
        });

    private static Batch? Unseen((Tensor Inputs, Tensor Labels)? validation) => validation is { } given ? new Batch(given.Inputs, given.Labels) : null;

    /// <summary>Returns a check of labels, which asks the network once how many classes there are.</summary>
    private static TargetCheck Labels(torch.nn.Module<Tensor, Tensor> network)
    {
        long? classes = null;
        return (labels, inputs, values, name) =>
        {
            classes ??= ClassifierEvaluation.Classes(network, inputs);
            if (values)
                Guard.Labels(labels, inputs, classes.Value, name);
            else
                Guard.LabelKind(labels, inputs, name);
        };
    }

    private static ClassifierObjective Objective(torch.nn.Module<Tensor, Tensor> network, BatchReader rows, ClassifierTrainingOptions options, VirtualAdversarialOptions? adversarial)
    {
        var classes = ClassifierEvaluation.Classes(network, rows.Overview.Rows);
        var (labels, ofRows) = rows.Marks;
        var weights = TrainingWeights.OfClasses(options.ClassWeights, labels!, ofRows, classes, network.parameters().First().dtype);
        return new ClassifierObjective(network, weights?.DetachFromDisposeScope(), adversarial is null ? null : new VirtualAdversary(network, adversarial));
    }
}
