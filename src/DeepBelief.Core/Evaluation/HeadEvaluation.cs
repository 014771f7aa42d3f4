using System.Runtime.CompilerServices;
using DeepBelief.Evaluation;
using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>Predictions and scores of regressors and of classifiers of several labels, with dropout off.</summary>
public static class HeadEvaluation
{
    /// <summary>Returns the predicted numbers of each row.</summary>
    /// <param name="regressor">The regressor.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>; may be sparse: only blocks of them become dense.</param>
    /// <returns>Predictions, <c>[rows, targets]</c>.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the regressor.</exception>
    public static Tensor Predict(this Regressor regressor, Tensor inputs) => Outputs(regressor, inputs);

    /// <summary>Returns which labels each row has: those of a probability of a half or more.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>; may be sparse: only blocks of them become dense.</param>
    /// <returns>Labels, <c>[rows, labels]</c>, <c>bool</c>.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the classifier.</exception>
    public static Tensor Predict(this MultiLabelClassifier classifier, Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return Are(Outputs(classifier, inputs)).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the probability that each row has each label.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>; may be sparse: only blocks of them become dense.</param>
    /// <returns>Probabilities, <c>[rows, labels]</c>.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the classifier.</exception>
    public static Tensor PredictProbabilities(this MultiLabelClassifier classifier, Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return Outputs(classifier, inputs).sigmoid().MoveToOuterDisposeScope();
    }

    /// <summary>Computes the errors of predictions.</summary>
    /// <param name="regressor">The regressor.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>; may be sparse: only blocks of them become dense.</param>
    /// <param name="targets">What is to be predicted, <c>[rows, targets]</c>.</param>
    /// <param name="weights">Weights of the rows, <c>[rows]</c>, 0 or more and not all 0; null weighs all alike.</param>
    /// <exception cref="ArgumentException">The rows, targets or weights do not fit the regressor or each other.</exception>
    public static RegressionScore Score(this Regressor regressor, Tensor inputs, Tensor targets, Tensor? weights = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var outputs = Outputs(regressor, inputs).to(ScalarType.Float64);
        CheckTargets(regressor, targets, inputs, UnitSupport.Real);
        var part = Parts(weights, inputs);
        var expected = targets.to(ScalarType.Float64);
        var errors = Mean((outputs - expected).Squared(), part);
        // From a row that counts on, as rounding would leave a variance to a target that does not vary.
        var changes = expected - expected.narrow(0, part?.argmax().item<long>() ?? 0, 1);
        var variances = Mean((changes - Mean(changes, part)).Squared(), part);
        var ratios = torch.where(variances.IsAbove(0), errors / variances, torch.empty_like(errors).Fill(double.NaN));
        return new(Numbers(errors.sqrt()), Numbers(OneMinus(ratios)));
    }

    /// <summary>Computes loss, accuracies and F1 scores.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="inputs">Rows, <c>[rows, inputs]</c>; may be sparse: only blocks of them become dense.</param>
    /// <param name="labels">Which labels the rows have, <c>[rows, labels]</c>, 0 or 1, of the rows' element type.</param>
    /// <param name="weights">Weights of the rows, <c>[rows]</c>, 0 or more and not all 0; null weighs all alike.</param>
    /// <exception cref="ArgumentException">The rows, labels or weights do not fit the classifier or each other.</exception>
    public static MultiLabelScore Score(this MultiLabelClassifier classifier, Tensor inputs, Tensor labels, Tensor? weights = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var logits = Outputs(classifier, inputs);
        CheckTargets(classifier, labels, inputs, UnitSupport.Binary);
        UnitSupport.Binary.CheckStates(labels);
        var part = Parts(weights, inputs);
        var (found, there) = (Are(logits), labels.IsAbove(0.5));
        var right = found.eq(there);
        var hits = Mean(found.logical_and(there), part);
        var counts = Mean(found, part).Plus(Mean(there, part));
        var f1 = Numbers((hits.Times(2) / counts).nan_to_num(0));
        var all = counts.sum().Number();
        return new(
            Mean(NetworkLosses.CrossEntropies(logits, labels).unsqueeze(1), part).Number(),
            Numbers(Mean(right, part)),
            f1,
            f1.Average(),
            all > 0 ? 2 * hits.sum().Number() / all : 0,
            Mean(right.all(1, keepdim: true), part).Number());
    }

    /// <summary>Throws unless there is one row of targets for each of inputs, of a network's size, type and device.</summary>
    internal static void CheckTargetKind(FeedForwardNetwork network, Tensor targets, Tensor inputs, [CallerArgumentExpression(nameof(targets))] string? name = null)
    {
        Guard.Matrix(targets, network.OutputSize, network.parameters().First(), name);
        if (targets.shape[0] != inputs.shape[0])
            throw new ArgumentException($"Expected one row of targets a row, shape [{inputs.shape[0]}, {network.OutputSize}], found {Shapes.Text(targets)}.", name);
    }

    private static void CheckTargets(FeedForwardNetwork network, Tensor targets, Tensor inputs, UnitSupport support, [CallerArgumentExpression(nameof(targets))] string? name = null)
    {
        CheckTargetKind(network, targets, inputs, name);
        support.Check(targets, name);
    }

    private static Tensor Outputs(FeedForwardNetwork network, Tensor inputs)
    {
        ClassifierEvaluation.CheckInputs(network, inputs);
        return ClassifierEvaluation.Outputs(network, inputs);
    }

    private static Tensor Are(Tensor logits) => logits.IsBelow(0).logical_not();

    private static Tensor? Parts(Tensor? weights, Tensor inputs)
    {
        RowWeights.Check(weights, inputs.shape[0]);
        return RowWeights.Parts(weights, inputs.device);
    }

    /// <summary>Means over rows, <c>[columns]</c>, float64.</summary>
    private static Tensor Mean(Tensor values, Tensor? parts)
    {
        var wide = values.to(ScalarType.Float64);
        return parts is null ? wide.mean([0L]) : (wide * parts.unsqueeze(1)).sum(dim: 0);
    }

    private static double[] Numbers(Tensor values) => values.cpu().contiguous().data<double>().ToArray();
}
