using System.Runtime.CompilerServices;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Training;
using DeepBelief.Units;

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
    /// <param name="inputs">Training rows, <c>[rows, inputs]</c>, of the classifier's element type and on its device; finite.</param>
    /// <param name="labels">Class of each row, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <param name="validation">Labelled rows to score after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='weights' or @name='cancellationToken' or @name='options']|/returns"/>
    public static TrainingHistory<ClassifierMetrics> FitClassifier(
        this Classifier network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
        => FitClassifier((torch.nn.Module<Tensor, Tensor>)network, inputs, labels, options, validation, progress, weights, cancellationToken);

    /// <summary>Trains a classifier on labelled rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="source">
    /// The batches: finite rows of the classifier's element type and on its device, and their classes. The run's first epoch
    /// checks the values. <see cref="OptimizationOptions.BatchSize"/> has no effect. Training rows to score are drawn from the first
    /// batches that together have 1000 rows, or <see cref="OptimizationOptions.EvaluationRows"/> if that is more.
    /// </param>
    /// <inheritdoc cref="FitClassifier(Classifier, Tensor, Tensor, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)"/>
    public static TrainingHistory<ClassifierMetrics> FitClassifier(
        this Classifier network,
        ILabelledBatchSource source,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => FitClassifier((torch.nn.Module<Tensor, Tensor>)network, source, options, validation, progress, cancellationToken);

    /// <summary>Trains any module that maps rows to one logit per class.</summary>
    /// <inheritdoc cref="FitClassifier(Classifier, Tensor, Tensor, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)"/>
    public static TrainingHistory<ClassifierMetrics> FitClassifier(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = StartTraining(network, inputs, labels, options, validation, weights);
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
    /// <inheritdoc cref="FitClassifier(Classifier, Tensor, Tensor, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        this Classifier network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        Tensor? weights = null)
        => StartTraining((torch.nn.Module<Tensor, Tensor>)network, inputs, labels, options, validation, weights);

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
    /// <inheritdoc cref="StartTraining(Classifier, Tensor, Tensor, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?, Tensor?)"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        Tensor? weights = null)
    {
        options = Valid(network, options);
        ClassifierEvaluation.CheckInputs(network, inputs);
        UnitSupport.Real.Check(inputs);
        Guard.Labels(labels, inputs, ClassifierEvaluation.Classes(network, inputs));
        CheckValidation(network, validation, inputs);
        var normalized = TrainingWeights.Normalized(weights, inputs, network.parameters().First().dtype);
        var rows = new InMemoryBatches(new Batch(inputs.detach(), labels.alias(), normalized).Detach(), options, owned: true);
        return Start(network, rows, validation, options);
    }

    /// <summary>Starts a training run of any module that maps rows to one logit per class, on rows that are read batch by batch.</summary>
    /// <inheritdoc cref="StartTraining(Classifier, ILabelledBatchSource, ClassifierTrainingOptions?, ValueTuple{Tensor, Tensor}?)"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        torch.nn.Module<Tensor, Tensor> network,
        ILabelledBatchSource source,
        ClassifierTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options = Valid(network, options);
        var rows = SourceBatches.Of(source, Fits(network), AutomaticOptions.OverviewRows(options));
        try
        {
            CheckValidation(network, validation, rows.Overview.Rows);
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        return Start(network, rows, validation, options);
    }

    private static ClassifierTrainingOptions Valid(torch.nn.Module<Tensor, Tensor> network, ClassifierTrainingOptions? options)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new ClassifierTrainingOptions();
        options.Validate();
        ModelCheck.Trainable(network, network.parameters(), nameof(network));
        return options;
    }

    /// <summary>Returns a check that throws if a batch does not fit the network or the first batch.</summary>
    private static Action<Batch, string, bool> Fits(torch.nn.Module<Tensor, Tensor> network)
    {
        long[]? shape = null;
        var classes = 0L;
        return (batch, name, values) =>
        {
            ClassifierEvaluation.CheckInputs(network, batch.Rows, name);
            if (shape is null)
                (shape, classes) = (batch.Rows.shape, ClassifierEvaluation.Classes(network, batch.Rows));
            CheckShape(batch.Rows, shape, name);
            Guard.LabelKind(batch.Labels!, batch.Rows, name);
            if (!values)
                return;
            UnitSupport.Real.Check(batch.Rows, name);
            Guard.Labels(batch.Labels!, batch.Rows, classes, name);
        };
    }

    private static void CheckShape(Tensor rows, long[] training, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        if (!rows.shape.Skip(1).SequenceEqual(training.Skip(1)))
            throw new ArgumentException($"Expected rows of the training rows' shape, [{string.Join(", ", training)}], found {Shapes.Text(rows)}.", name);
    }

    private static void CheckValidation(torch.nn.Module<Tensor, Tensor> network, (Tensor Inputs, Tensor Labels)? validation, Tensor training)
    {
        if (validation is not var (inputs, labels))
            return;
        ClassifierEvaluation.CheckInputs(network, inputs, nameof(validation));
        CheckShape(inputs, training.shape, nameof(validation));
        UnitSupport.Real.Check(inputs, nameof(validation));
        Guard.Labels(labels, inputs, ClassifierEvaluation.Classes(network, inputs), nameof(validation));
    }

    private static Trainer<ClassifierMetrics> Start(
        torch.nn.Module<Tensor, Tensor> network,
        BatchReader rows,
        (Tensor Inputs, Tensor Labels)? validation,
        ClassifierTrainingOptions options)
    {
        options = options with { LearningRate = options.LearningRate ?? AutomaticOptions.ClassifierLearningRate(options.Optimizer, rows.Batches) };
        Batch? unseen = validation is { } v ? new Batch(v.Inputs, v.Labels) : null;
        return TrainingRun.Start(network, () => network.parameters(), options, options, rows, unseen, _ =>
        {
            using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
            var overview = rows.Overview;
            var scored = AutomaticOptions.EvaluationRows(options, rows.Rows, areMonitored: unseen is null && options.Patience is not null);
            var classes = ClassifierEvaluation.Classes(network, overview.Rows);
            var classWeights = TrainingWeights.OfClasses(options.ClassWeights, overview.Labels!, overview.Weights, classes, network.parameters().First().dtype);
            return new ClassifierTask(network, rows, overview.Draw(scored, generator), unseen?.Draw(null, generator), classWeights?.DetachFromDisposeScope(), options);
        });
    }
}
