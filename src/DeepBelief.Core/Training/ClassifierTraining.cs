using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepBelief.Data;
using DeepBelief.Internal;
using DeepBelief.Persistence;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>
/// Training and use of classifiers: of a <see cref="Classifier"/>, and of any other module that maps rows to one output a
/// class.
/// </summary>
public static class ClassifierTraining
{
    private const long EvaluationRows = 1000;

    /// <summary>Trains a network by the cross-entropy of softmax(outputs) with the labels.</summary>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="inputs">Training rows, <c>[rows, inputs]</c>, of the network's element type and on its device; finite.</param>
    /// <param name="labels">Their classes, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the network keeps what it had learned by then.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter or the loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static History<ClassifierMetrics> FitClassifier(
        this torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Run(network, options, o => InMemory(network, inputs, labels, o), null, progress, cancellationToken);

    /// <summary>Trains a network as the overload without test rows does, and scores it on those after every epoch.</summary>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="inputs">Training rows, <c>[rows, inputs]</c>.</param>
    /// <param name="labels">Their classes, <c>[rows]</c>.</param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="testInputs">Rows that are only scored, <c>[rows, inputs]</c>.</param>
    /// <param name="testLabels">Their classes, <c>[rows]</c>.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the network keeps what it had learned by then.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter or the loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static History<ClassifierMetrics> FitClassifier(
        this torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions? options,
        Tensor testInputs,
        Tensor testLabels,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Run(network, options, o => InMemory(network, inputs, labels, o), (testInputs, testLabels), progress, cancellationToken);

    /// <summary>Trains a network on labelled rows that are read batch by batch, for data that memory does not hold.</summary>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="source">
    /// The batches: rows of the network's element type and on its device, finite, and their classes; what values they have
    /// is checked in the run's first epoch. <see cref="OptimizationOptions.BatchSize"/> is of no meaning. The first batches, as
    /// many as give <see cref="ClassifierTrainingOptions.EvaluationRows"/> rows, or 1000 where that is null, are what is scored
    /// as training rows after every epoch.
    /// </param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="testInputs">Rows that are only scored, <c>[rows, inputs]</c>; null for none.</param>
    /// <param name="testLabels">Their classes, <c>[rows]</c>; null where there are no rows.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the network keeps what it had learned by then.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">A batch, the test rows or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter or the loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static History<ClassifierMetrics> FitClassifier(
        this torch.nn.Module<Tensor, Tensor> network,
        ILabelledBatchSource source,
        ClassifierTrainingOptions? options = null,
        Tensor? testInputs = null,
        Tensor? testLabels = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (testInputs is null && testLabels is not null)
            throw new ArgumentException("Expected no labels where there are no test rows.", nameof(testLabels));
        return Run(
            network, options, o => new LabelledRowsFromSource(source, network, o), testInputs is null ? null : (testInputs, testLabels!), progress, cancellationToken);
    }

    /// <summary>The class with the largest output of each row.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>.</param>
    /// <returns>Classes, <c>[rows]</c>, <c>int64</c>.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the network.</exception>
    public static Tensor Predict(this torch.nn.Module<Tensor, Tensor> network, Tensor inputs)
    {
        CheckInputs(network, inputs);
        using var noGrad = torch.no_grad();
        using var mode = new EvaluationMode(network);
        using var scope = torch.NewDisposeScope();
        var classes = Batches(inputs).Select(batch => network.call(batch).argmax(1)).ToArray();
        return torch.cat(classes).MoveToOuterDisposeScope();
    }

    /// <summary>Loss and accuracy on labelled rows, with dropout off.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>.</param>
    /// <param name="labels">Their classes, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <exception cref="ArgumentException">The rows or labels do not fit the network.</exception>
    public static ClassifierScore Score(this torch.nn.Module<Tensor, Tensor> network, Tensor inputs, Tensor labels)
    {
        CheckInputs(network, inputs);
        Guard.Labels(labels, inputs, Classes(network, inputs));
        using var noGrad = torch.no_grad();
        using var mode = new EvaluationMode(network);
        using var scope = torch.NewDisposeScope();
        var rows = inputs.shape[0];
        var loss = torch.zeros(1, ScalarType.Float64, inputs.device);
        var correct = torch.zeros(1, ScalarType.Int64, inputs.device);
        foreach (var (batch, expected) in Batches(inputs).Zip(Batches(labels)))
        {
            using var batchScope = torch.NewDisposeScope();
            var outputs = network.call(batch);
            _ = loss.Add(torch.nn.functional.cross_entropy(outputs, expected, reduction: torch.nn.Reduction.Sum));
            _ = correct.Add(outputs.argmax(1).eq(expected).sum());
        }

        return new ClassifierScore(loss.item<double>() / rows, (double)correct.item<long>() / rows);
    }

    /// <summary>Refuses rows that are none, or not of the network's type.</summary>
    internal static void CheckInputs(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        [CallerArgumentExpression(nameof(inputs))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs, name);
        var like = network.parameters().FirstOrDefault()
            ?? throw new ArgumentException("The network has no parameters.", nameof(network));
        if (inputs.dim() < 2 || inputs.shape[0] == 0)
            throw new ArgumentException($"Expected a tensor of shape [rows, inputs] with at least one row, found {Guard.Shape(inputs)}.", name);
        Guard.SameKind(inputs, like, name);
    }

    /// <summary>Refuses rows of another shape than others.</summary>
    internal static void CheckAlike(Tensor inputs, Tensor training, [CallerArgumentExpression(nameof(inputs))] string? name = null)
    {
        if (!inputs.shape.Skip(1).SequenceEqual(training.shape.Skip(1)))
            throw new ArgumentException($"Expected rows as those for training are, {Guard.Shape(training)}, found {Guard.Shape(inputs)}.", name);
    }

    /// <summary>The number of a network's outputs.</summary>
    internal static long Classes(torch.nn.Module<Tensor, Tensor> network, Tensor inputs)
    {
        using var noGrad = torch.no_grad();
        using var mode = new EvaluationMode(network);
        using var scope = torch.NewDisposeScope();
        Tensor outputs;
        try
        {
            outputs = network.call(inputs.narrow(0, 0, 1));
        }
        catch (ExternalException e)
        {
            throw new ArgumentException($"Expected rows that the network takes, found {Guard.Shape(inputs)}: {e.Message}", nameof(inputs), e);
        }

        return outputs.dim() == 2
            ? outputs.shape[1]
            : throw new ArgumentException($"Expected a network whose outputs are [rows, classes], found outputs {Guard.Shape(outputs)}.", nameof(network));
    }

    private static History<ClassifierMetrics> Run(
        torch.nn.Module<Tensor, Tensor> network,
        ClassifierTrainingOptions? options,
        Func<ClassifierTrainingOptions, LabelledRows> open,
        (Tensor Inputs, Tensor Labels)? test,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new ClassifierTrainingOptions();
        options.Validate();
        using var rows = open(options);
        var (inputs, labels) = rows.Overview;
        if (test is { } t)
            CheckTest(network, inputs, t.Inputs, t.Labels);

        using var checkpoint = Checkpoint.Open(
            options.Checkpoint,
            ModelState.Of(network, network.parameters()),
            state => new RunDescription(
                network,
                state,
                options,
                ("training", inputs),
                ("training labels", labels),
                ("test", test?.Inputs),
                ("test labels", test?.Labels)));
        var stage = checkpoint?.Stage(0);
        if (stage?.Result<ClassifierMetrics>(options) is { } result)
            return result;
        using var mode = new EvaluationMode(network);
        using var task = new ClassifierTask(network, rows, test, options);
        return TrainingLoop.Run(task, options, stage, new ProgressReporter(progress), cancellationToken);
    }

    private static LabelledRowsInMemory InMemory(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor labels,
        ClassifierTrainingOptions options)
    {
        CheckInputs(network, inputs);
        Guard.Values(inputs, Units.UnitSupport.Real);
        Guard.Labels(labels, inputs, Classes(network, inputs));
        return new LabelledRowsInMemory(inputs, labels, options);
    }

    private static void CheckTest(torch.nn.Module<Tensor, Tensor> network, Tensor training, Tensor testInputs, Tensor testLabels)
    {
        CheckInputs(network, testInputs);
        CheckAlike(testInputs, training);
        Guard.Values(testInputs, Units.UnitSupport.Real);
        Guard.Labels(testLabels, testInputs, Classes(network, testInputs));
    }

    private static IEnumerable<Tensor> Batches(Tensor rows)
    {
        for (var start = 0L; start < rows.shape[0]; start += EvaluationRows)
            yield return rows.narrow(0, start, Math.Min(EvaluationRows, rows.shape[0] - start));
    }

    /// <summary>Evaluation mode until disposed, then whichever mode each module was in.</summary>
    private sealed class EvaluationMode : IDisposable
    {
        private readonly (torch.nn.Module Module, bool Training)[] modes;

        public EvaluationMode(torch.nn.Module network)
        {
            modes = [(network, network.training), .. network.modules().Select(module => (module, module.training))];
            network.eval();
        }

        public void Dispose()
        {
            // Modules come before those that they contain, whose modes they would set, too.
            foreach (var (module, training) in modes)
                module.train(training);
        }
    }
}
