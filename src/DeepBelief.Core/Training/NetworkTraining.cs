using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Training;
using DeepBelief.Units;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Trains regressors, classifiers of several labels, and any network with a loss of your own.</summary>
public static class NetworkTraining
{
    /// <summary>Trains a network to the least mean of a loss.</summary>
    /// <example>A Poisson regression, of counts:<code>
    /// NetworkTraining.Fit(net, rows, counts, (output, count) => (output.exp() - count * output).sum(1));
    /// </code></example>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="inputs">
    /// Training rows, <c>[rows, ..]</c>, of the network's element type and on its device; finite. Of a sparse tensor, COO, CSR or CSC,
    /// only the rows of a batch are made dense.
    /// </param>
    /// <param name="targets">What is to be predicted of each row, <c>[rows, ..]</c>, on the network's device.</param>
    /// <param name="loss">
    /// Returns the loss of each row, <c>[rows]</c>, given outputs and targets of some rows. Autograd differentiates it. A checkpoint
    /// does not know it: the run that resumes has to be given the same.
    /// </param>
    /// <param name="validation">Rows to score after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='weights' or @name='cancellationToken' or @name='options']|/returns"/>
    public static TrainingHistory<LossMetrics> Fit(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor targets,
        Func<Tensor, Tensor, Tensor> loss,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Targets)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = StartTraining(network, inputs, targets, loss, options, validation, weights);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Trains a network to the least mean of a loss, on rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="source">
    /// The batches: finite rows of the network's element type and on its device, and what is to be predicted of each, on that device. The
    /// run's first epoch checks the values. <see cref="OptimizationOptions.BatchSize"/> has no effect. Training rows to score are drawn
    /// from the first batches that together have 1000 rows, or <see cref="OptimizationOptions.EvaluationRows"/> if that is more.
    /// </param>
    /// <inheritdoc cref="Fit(torch.nn.Module{Tensor, Tensor}, Tensor, Tensor, Func{Tensor, Tensor, Tensor}, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/returns|/param[not(@name='inputs' or @name='targets' or @name='weights')]"/>
    public static TrainingHistory<LossMetrics> Fit(
        torch.nn.Module<Tensor, Tensor> network,
        ILabelledBatchSource source,
        Func<Tensor, Tensor, Tensor> loss,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Targets)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = StartTraining(network, source, loss, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a training run of a network to the least mean of a loss, whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(torch.nn.Module{Tensor, Tensor}, Tensor, Tensor, Func{Tensor, Tensor, Tensor}, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<LossMetrics> StartTraining(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        Tensor targets,
        Func<Tensor, Tensor, Tensor> loss,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Targets)? validation = null,
        Tensor? weights = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return Start(network, new(inputs, targets, weights), nameof(targets), Checked(loss), CheckAny, options, validation);
    }

    /// <summary>Starts a training run of a network to the least mean of a loss, on rows that are read batch by batch.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(torch.nn.Module{Tensor, Tensor}, ILabelledBatchSource, Func{Tensor, Tensor, Tensor}, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<LossMetrics> StartTraining(
        torch.nn.Module<Tensor, Tensor> network,
        ILabelledBatchSource source,
        Func<Tensor, Tensor, Tensor> loss,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Targets)? validation = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return Start(network, source, Checked(loss), CheckAny, options, validation);
    }

    /// <summary>Trains a regressor to the least squared error.</summary>
    /// <param name="regressor">The regressor; its parameters are changed in place.</param>
    /// <param name="inputs">
    /// Training rows, <c>[rows, inputs]</c>, of the regressor's element type and on its device; finite. Of a sparse tensor, COO, CSR or CSC,
    /// only the rows of a batch are made dense.
    /// </param>
    /// <param name="targets">What is to be predicted of each row, <c>[rows, targets]</c>, of that type and on that device; finite.</param>
    /// <inheritdoc cref="Fit(torch.nn.Module{Tensor, Tensor}, Tensor, Tensor, Func{Tensor, Tensor, Tensor}, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/returns|/param[@name='validation' or @name='progress' or @name='weights' or @name='cancellationToken' or @name='options']"/>
    public static TrainingHistory<LossMetrics> Fit(
        this Regressor regressor,
        Tensor inputs,
        Tensor targets,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Targets)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = regressor.StartTraining(inputs, targets, options, validation, weights);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Trains a regressor on rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="regressor">The regressor; its parameters are changed in place.</param>
    /// <inheritdoc cref="Fit(torch.nn.Module{Tensor, Tensor}, ILabelledBatchSource, Func{Tensor, Tensor, Tensor}, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)" path="/exception|/returns|/param[@name='source' or @name='validation' or @name='progress' or @name='cancellationToken' or @name='options']"/>
    public static TrainingHistory<LossMetrics> Fit(
        this Regressor regressor,
        ILabelledBatchSource source,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Targets)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = regressor.StartTraining(source, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a training run of a regressor whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(Regressor, Tensor, Tensor, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<LossMetrics> StartTraining(
        this Regressor regressor,
        Tensor inputs,
        Tensor targets,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Targets)? validation = null,
        Tensor? weights = null)
        => Start(regressor, new(inputs, targets, weights), nameof(targets), NetworkLosses.SquaredErrors, Check(regressor, UnitSupport.Real), options, validation);

    /// <summary>Starts a training run of a regressor on rows that are read batch by batch.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(Regressor, ILabelledBatchSource, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<LossMetrics> StartTraining(
        this Regressor regressor,
        ILabelledBatchSource source,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Targets)? validation = null)
        => Start(regressor, source, NetworkLosses.SquaredErrors, Check(regressor, UnitSupport.Real), options, validation);

    /// <summary>Trains a classifier of several labels to the least binary cross-entropy.</summary>
    /// <param name="classifier">The classifier; its parameters are changed in place.</param>
    /// <param name="inputs">
    /// Training rows, <c>[rows, inputs]</c>, of the classifier's element type and on its device; finite. Of a sparse tensor, COO, CSR or CSC,
    /// only the rows of a batch are made dense.
    /// </param>
    /// <param name="labels">Which labels each row has, <c>[rows, labels]</c>, of that type and on that device: 0, 1, or a probability.</param>
    /// <inheritdoc cref="Fit(torch.nn.Module{Tensor, Tensor}, Tensor, Tensor, Func{Tensor, Tensor, Tensor}, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/returns|/param[@name='validation' or @name='progress' or @name='weights' or @name='cancellationToken' or @name='options']"/>
    public static TrainingHistory<LossMetrics> Fit(
        this MultiLabelClassifier classifier,
        Tensor inputs,
        Tensor labels,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = classifier.StartTraining(inputs, labels, options, validation, weights);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Trains a classifier of several labels on rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="classifier">The classifier of several labels; its parameters are changed in place.</param>
    /// <inheritdoc cref="Fit(torch.nn.Module{Tensor, Tensor}, ILabelledBatchSource, Func{Tensor, Tensor, Tensor}, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)" path="/exception|/returns|/param[@name='source' or @name='validation' or @name='progress' or @name='cancellationToken' or @name='options']"/>
    public static TrainingHistory<LossMetrics> Fit(
        this MultiLabelClassifier classifier,
        ILabelledBatchSource source,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = classifier.StartTraining(source, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a training run of a classifier of several labels whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(MultiLabelClassifier, Tensor, Tensor, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<LossMetrics> StartTraining(
        this MultiLabelClassifier classifier,
        Tensor inputs,
        Tensor labels,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null,
        Tensor? weights = null)
        => Start(classifier, new(inputs, labels, weights), nameof(labels), NetworkLosses.CrossEntropies, Check(classifier, UnitSupport.Binary), options, validation);

    /// <summary>Starts a training run of a classifier of several labels on rows that are read batch by batch.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(MultiLabelClassifier, ILabelledBatchSource, NetworkTrainingOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<LossMetrics> StartTraining(
        this MultiLabelClassifier classifier,
        ILabelledBatchSource source,
        NetworkTrainingOptions? options = null,
        (Tensor Inputs, Tensor Labels)? validation = null)
        => Start(classifier, source, NetworkLosses.CrossEntropies, Check(classifier, UnitSupport.Binary), options, validation);

    private static Trainer<LossMetrics> Start(
        torch.nn.Module<Tensor, Tensor> network,
        Batch data,
        string targets,
        Func<Tensor, Tensor, Tensor> loss,
        TargetCheck check,
        NetworkTrainingOptions? options,
        (Tensor Inputs, Tensor Targets)? validation)
        => options.OnAllRanks(own => new NetworkRun(network, own ?? new NetworkTrainingOptions(), check) { Names = ("inputs", targets) }
            .Start(data, Unseen(validation), _ => Objective(network, loss)));

    private static Trainer<LossMetrics> Start(
        torch.nn.Module<Tensor, Tensor> network,
        ILabelledBatchSource source,
        Func<Tensor, Tensor, Tensor> loss,
        TargetCheck check,
        NetworkTrainingOptions? options,
        (Tensor Inputs, Tensor Targets)? validation)
        => options.OnAllRanks(own => new NetworkRun(network, own ?? new NetworkTrainingOptions(), check)
            .Start(source, Unseen(validation), _ => Objective(network, loss)));

    private static Batch? Unseen((Tensor Inputs, Tensor Targets)? validation) => validation is { } given ? new Batch(given.Inputs, given.Targets) : null;

    private static LossObjective Objective(torch.nn.Module<Tensor, Tensor> network, Func<Tensor, Tensor, Tensor> loss)
        => new(network, (inputs, batch) => loss(network.call(inputs), batch.Labels!));

    private static TargetCheck Check(FeedForwardNetwork network, UnitSupport support) => (targets, inputs, values, name) =>
    {
        HeadEvaluation.CheckTargetKind(network, targets, inputs, name);
        if (values)
            support.Check(targets, name, " A row whose targets are not all known can't be learned from: leave it out.");
    };

    private static void CheckAny(Tensor targets, Tensor inputs, bool values, string name)
    {
        Guard.Dense(targets, name);
        Guard.SameDevice(targets, inputs, name);
        if (targets.dim() == 0 || targets.shape[0] != inputs.shape[0])
            throw new ArgumentException($"Expected a target for each of the {inputs.shape[0]} rows, found {Shapes.Text(targets)}.", name);
    }

    private static Func<Tensor, Tensor, Tensor> Checked(Func<Tensor, Tensor, Tensor> loss) => (outputs, targets) =>
    {
        var losses = loss(outputs, targets) ?? throw new ArgumentException("Expected a loss for each row, found null.", nameof(loss));
        Guard.Dense(losses, nameof(loss));
        // A mean over rows would be taken for the loss of one.
        if (losses.dim() != 1 || losses.shape[0] != targets.shape[0])
            throw new ArgumentException($"Expected a loss for each row, shape [{targets.shape[0]}], found {Shapes.Text(losses)}.", nameof(loss));
        if (!losses.is_floating_point())
            throw new ArgumentException($"Expected losses of a floating-point type, found {losses.dtype}.", nameof(loss));
        if (torch.is_grad_enabled() && !losses.requires_grad)
            throw new ArgumentException("Expected losses that autograd can differentiate, found some that do not depend on the network's parameters.", nameof(loss));
        return losses;
    };
}
