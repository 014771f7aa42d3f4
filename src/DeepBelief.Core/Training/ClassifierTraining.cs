using System.Runtime.CompilerServices;
using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Files;

using DeepBelief.Tensors;
using DeepBelief.Training;
using DeepBelief.Units;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Trains classifiers with the cross-entropy loss.</summary>
public static class ClassifierTraining
{
    // Of a source, which is too large to score in full, if EvaluationRows is null.
    private const int DefaultScoredRows = 1000;

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
    /// checks the values. <see cref="OptimizationOptions.BatchSize"/> has no effect. After every epoch, the first batches that
    /// together have <see cref="ClassifierTrainingOptions.EvaluationRows"/> rows (1000 if null) are scored as training rows.
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
        options = Valid(network, options);
        ClassifierEvaluation.CheckInputs(network, inputs);
        UnitSupport.Real.Check(inputs);
        Guard.Labels(labels, inputs, ClassifierEvaluation.Classes(network, inputs));
        using var detached = inputs.detach();
        using var normalized = TrainingWeights.Normalized(weights, inputs, network.parameters().First().dtype);
        using var rows = new InMemoryBatches(new(detached, labels, normalized), options);
        return Run(network, rows, options.EvaluationRows, validation, options, progress, cancellationToken);
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
        ArgumentNullException.ThrowIfNull(source);
        options = Valid(network, options);
        using var rows = SourceBatches.Of(source, Fits(network), options.EvaluationRows ?? DefaultScoredRows);
        return Run(network, rows, scoredRows: null, validation, options, progress, cancellationToken);
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

    private static TrainingHistory<ClassifierMetrics> Run(
        torch.nn.Module<Tensor, Tensor> network,
        BatchReader rows,
        int? scoredRows,
        (Tensor Inputs, Tensor Labels)? validation,
        ClassifierTrainingOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (validation is var (inputs, labels))
        {
            ClassifierEvaluation.CheckInputs(network, inputs, nameof(validation));
            CheckShape(inputs, rows.Overview.Rows.shape, nameof(validation));
            UnitSupport.Real.Check(inputs, nameof(validation));
            Guard.Labels(labels, inputs, ClassifierEvaluation.Classes(network, inputs), nameof(validation));
        }

        options = options with { LearningRate = options.LearningRate ?? AutomaticOptions.ClassifierLearningRate(options.Optimizer, rows.Batches) };
        Batch? unseen = validation is { } v ? new Batch(v.Inputs, v.Labels) : null;
        using var run = new TrainingRun(network, network.parameters(), options, rows.Overview, unseen, progress, cancellationToken);
        using var mode = new EvaluationMode(network);
        return run.Train(_ =>
        {
            using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
            var overview = rows.Overview;
            var classes = ClassifierEvaluation.Classes(network, overview.Rows);
            var classWeights = TrainingWeights.OfClasses(options.ClassWeights, overview.Labels!, overview.Weights, classes, network.parameters().First().dtype);
            return new ClassifierTask(network, rows, overview.Draw(scoredRows, generator), unseen, classWeights?.DetachFromDisposeScope(), options);
        });
    }
}
