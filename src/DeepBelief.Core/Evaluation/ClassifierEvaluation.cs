using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepBelief.Evaluation;
using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>Predictions and scores of classifiers, with dropout off.</summary>
public static class ClassifierEvaluation
{
    /// <summary>Returns the most probable class of each row.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>; may be sparse: only blocks of them become dense.</param>
    /// <returns>Classes, <c>[rows]</c>, <c>int64</c>.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the classifier.</exception>
    public static Tensor Predict(this Classifier classifier, Tensor inputs) => Predict((torch.nn.Module<Tensor, Tensor>)classifier, inputs);

    /// <inheritdoc cref="Predict(Classifier, Tensor)"/>
    public static Tensor Predict(this ClassificationRbm classifier, Tensor inputs) => Predict((torch.nn.Module<Tensor, Tensor>)classifier, inputs);

    /// <inheritdoc cref="Predict(Classifier, Tensor)"/>
    public static Tensor Predict(this ClassificationDbn classifier, Tensor inputs) => Predict((torch.nn.Module<Tensor, Tensor>)classifier, inputs);

    /// <inheritdoc cref="Predict(Classifier, Tensor)"/>
    public static Tensor Predict(this UntiedDbn classifier, Tensor inputs) => Predict((torch.nn.Module<Tensor, Tensor>)classifier, inputs);

    /// <summary>Returns the probability of each class for each row.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>; may be sparse: only blocks of them become dense.</param>
    /// <returns>Probabilities, <c>[rows, classes]</c>.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the classifier.</exception>
    public static Tensor PredictProbabilities(this Classifier classifier, Tensor inputs) => PredictProbabilities((torch.nn.Module<Tensor, Tensor>)classifier, inputs);

    /// <inheritdoc cref="PredictProbabilities(Classifier, Tensor)"/>
    public static Tensor PredictProbabilities(this ClassificationRbm classifier, Tensor inputs) => PredictProbabilities((torch.nn.Module<Tensor, Tensor>)classifier, inputs);

    /// <inheritdoc cref="PredictProbabilities(Classifier, Tensor)"/>
    public static Tensor PredictProbabilities(this ClassificationDbn classifier, Tensor inputs) => PredictProbabilities((torch.nn.Module<Tensor, Tensor>)classifier, inputs);

    /// <inheritdoc cref="PredictProbabilities(Classifier, Tensor)"/>
    public static Tensor PredictProbabilities(this UntiedDbn classifier, Tensor inputs) => PredictProbabilities((torch.nn.Module<Tensor, Tensor>)classifier, inputs);

    /// <summary>Returns the softmax of the outputs of each row, for any module with one output per class.</summary>
    /// <inheritdoc cref="PredictProbabilities(Classifier, Tensor)"/>
    public static Tensor PredictProbabilities(torch.nn.Module<Tensor, Tensor> classifier, Tensor inputs) => Map(classifier, inputs, outputs => outputs.softmax(1));

    /// <summary>Returns the class with the largest output of each row, for any module with one output per class.</summary>
    /// <inheritdoc cref="Predict(Classifier, Tensor)"/>
    public static Tensor Predict(torch.nn.Module<Tensor, Tensor> classifier, Tensor inputs) => Map(classifier, inputs, outputs => outputs.argmax(1));

    /// <summary>Computes loss and accuracy on labelled rows.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>; may be sparse: only blocks of them become dense.</param>
    /// <param name="labels">Their classes, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <param name="weights">Weights of the rows, <c>[rows]</c>, 0 or more and not all 0; null weighs all alike.</param>
    /// <exception cref="ArgumentException">The rows, labels or weights do not fit the classifier or each other.</exception>
    public static ClassifierScore Score(this Classifier classifier, Tensor inputs, Tensor labels, Tensor? weights = null)
        => Score((torch.nn.Module<Tensor, Tensor>)classifier, inputs, labels, weights);

    /// <inheritdoc cref="Score(Classifier, Tensor, Tensor, Tensor?)"/>
    public static ClassifierScore Score(this ClassificationRbm classifier, Tensor inputs, Tensor labels, Tensor? weights = null)
        => Score((torch.nn.Module<Tensor, Tensor>)classifier, inputs, labels, weights);

    /// <inheritdoc cref="Score(Classifier, Tensor, Tensor, Tensor?)"/>
    public static ClassifierScore Score(this ClassificationDbn classifier, Tensor inputs, Tensor labels, Tensor? weights = null)
        => Score((torch.nn.Module<Tensor, Tensor>)classifier, inputs, labels, weights);

    /// <inheritdoc cref="Score(Classifier, Tensor, Tensor, Tensor?)"/>
    public static ClassifierScore Score(this UntiedDbn classifier, Tensor inputs, Tensor labels, Tensor? weights = null)
        => Score((torch.nn.Module<Tensor, Tensor>)classifier, inputs, labels, weights);

    /// <summary>Computes loss and accuracy on labelled rows, for any module with one output per class.</summary>
    /// <inheritdoc cref="Score(Classifier, Tensor, Tensor, Tensor?)"/>
    public static ClassifierScore Score(torch.nn.Module<Tensor, Tensor> classifier, Tensor inputs, Tensor labels, Tensor? weights = null)
    {
        CheckInputs(classifier, inputs);
        Guard.Labels(labels, inputs, Classes(classifier, inputs));
        RowWeights.Check(weights, inputs.shape[0]);
        using var scope = torch.NewDisposeScope();
        var outputs = Outputs(classifier, inputs);
        return new ClassifierScore(
            RowWeights.Mean(torch.nn.functional.cross_entropy(outputs, labels, reduction: torch.nn.Reduction.None), weights),
            RowWeights.Mean(outputs.argmax(1).eq(labels), weights));
    }

    /// <summary>Returns the outputs for rows whose shape and type have been checked, dense or sparse; checks values if checks are due.</summary>
    internal static Tensor Outputs(torch.nn.Module<Tensor, Tensor> network, Tensor inputs, [CallerArgumentExpression(nameof(inputs))] string? name = null)
    {
        return SparseRows.Are(inputs) ? SparseRows.Map(inputs, inputs.shape[1], inputs, OfDense, name) : OfDense(inputs);

        Tensor OfDense(Tensor rows)
        {
            CheckValues(network, rows, name);
            return NetworkOutputs.Of(network, rows);
        }
    }

    /// <summary>Throws if a tensor, dense or sparse, has no rows, or another element type or device than the network.</summary>
    internal static void CheckInputs(
        torch.nn.Module<Tensor, Tensor> network,
        Tensor inputs,
        [CallerArgumentExpression(nameof(inputs))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        Lifetime.Check(network);
        var like = network.parameters().FirstOrDefault()
            ?? throw new ArgumentException("Expected a network with parameters, found none.", nameof(network));
        if (SparseRows.Are(inputs))
        {
            _ = (network as UntiedDbn)?.ExpectLabels();
            Guard.SparseRows(inputs, Columns(network), like, name);
            return;
        }

        Guard.Dense(inputs, name);
        if (inputs.dim() < 2 || inputs.shape[0] == 0)
            throw new ArgumentException($"Expected a tensor of shape [rows, inputs] with at least one row, found {Shapes.Text(inputs)}.", name);
        _ = (network as UntiedDbn)?.ExpectLabels();
        if (Columns(network) is { } columns)
            Guard.Matrix(inputs, columns, like, name);
        else
            Guard.SameKind(inputs, like, name);
    }

    private static long? Columns(torch.nn.Module<Tensor, Tensor> network) => network switch
    {
        FeedForwardNetwork layers => layers.InputSize,
        Autoencoder autoencoder => autoencoder.VisibleSize,
        ClassificationRbm rbm => rbm.VisibleSize,
        IDirectedModel deep => deep.VisibleSize,
        _ => null,
    };

    /// <summary>Checks values if checks are due.</summary>
    private static void CheckValues(torch.nn.Module<Tensor, Tensor> network, Tensor inputs, [CallerArgumentExpression(nameof(inputs))] string? name = null)
        => InputChecks.Values(network switch { ClassificationRbm rbm => rbm.VisibleSupport, IDirectedModel deep => deep.VisibleSupport, _ => UnitSupport.Real }, inputs, name);

    /// <summary>Number of outputs of a network.</summary>
    internal static long Classes(torch.nn.Module<Tensor, Tensor> network, Tensor inputs)
    {
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var mode = new EvaluationMode(network);
        using var scope = torch.NewDisposeScope();
        Tensor outputs;
        try
        {
            // Any row shows the number.
            outputs = network.call(SparseRows.Are(inputs) ? torch.zeros(1, inputs.shape[1], inputs.dtype, inputs.device) : inputs.narrow(0, 0, 1));
        }
        catch (ExternalException e)
        {
            // Torch's message has the shape of the one row that was tried.
            throw new ArgumentException($"Expected rows that the network accepts, found {Shapes.Text(inputs)}.", nameof(inputs), e);
        }

        return outputs.dim() == 2
            ? outputs.shape[1]
            : throw new ArgumentException($"Expected a network whose outputs are [rows, classes], found outputs {Shapes.Text(outputs)}.", nameof(network));
    }

    private static Tensor Map(torch.nn.Module<Tensor, Tensor> classifier, Tensor inputs, Func<Tensor, Tensor> result)
    {
        CheckInputs(classifier, inputs);
        using var scope = torch.NewDisposeScope();
        return result(Outputs(classifier, inputs)).MoveToOuterDisposeScope();
    }
}
