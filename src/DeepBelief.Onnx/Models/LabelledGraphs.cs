using DeepBelief.Units;
using static System.FormattableString;

namespace DeepBelief.Onnx;

/// <summary>The graphs of a machine with labels, which may stand on layers that compute what it takes for rows.</summary>
internal sealed class LabelledGraphs
{
    private readonly ClassificationRbm model;
    private readonly UnitOperators hidden;
    private readonly string prefix;

    private LabelledGraphs(ClassificationRbm model, string prefix)
        => (this.model, this.prefix, hidden) = (model, prefix, UnitOperators.Of(model.Joint.Hidden, $"{prefix}hidden"));

    /// <summary>Lists the graphs.</summary>
    /// <param name="model">The machine.</param>
    /// <param name="prefix">What the state-dict keys of its joint machine begin with.</param>
    /// <param name="input">The input of the whole model.</param>
    /// <param name="below">From the input to what the machine takes for rows.</param>
    /// <param name="isWhole">True if there are no layers below.</param>
    /// <param name="facts">What the files say of the model, but for the classes.</param>
    public static ModelExports Of(ClassificationRbm model, string prefix, ExportInput input, Func<Value, Value> below, bool isWhole, params (string Key, string Value)[] facts)
    {
        List<Export> exports =
        [
            new(OnnxOutput.LogProbabilities, "the logarithm of the probability of each class", model.Classes, input, rows => Graphs().Logits(below(rows)).LogSoftmax()),
            new(OnnxOutput.Probabilities, "the probability of each class", model.Classes, input, rows => Graphs().Logits(below(rows)).Softmax()),
        ];
        if (isWhole)
        {
            exports.Add(new(OnnxOutput.Features, "the expected hidden states given each row", model.Joint.HiddenSize, input, rows => Graphs().Features(rows)));
            exports.Add(new(OnnxOutput.FreeEnergy, "the free energy of each row, in nats", null, input, rows => Graphs().FreeEnergy(rows)));
        }

        return new(exports, [.. facts, ("classes", Invariant($"{model.Classes}"))]);

        LabelledGraphs Graphs() => new(model, prefix);
    }

    /// <summary>The units of rows, without the label's.</summary>
    public static IEnumerable<UnitLayer> UnitsOfRows(ClassificationRbm model) => ((CompositeUnits)model.Joint.Visible).Parts.SkipLast(1);

    private SoftmaxUnits Label => (SoftmaxUnits)((CompositeUnits)model.Joint.Visible).Parts[^1];

    /// <summary>d_y + Γ_h(v Wᵀ + U_y), <c>[batch, classes]</c>, less what is the same for all classes.</summary>
    /// <remarks>The sum of many units' Γ has too few digits left for what sets the classes apart, so their mean goes first.</remarks>
    private Value Logits(Value rows)
    {
        var terms = hidden.Cumulants(Inputs(rows));
        return terms.Minus(Shared(terms)).Sum().Squeezed(-1).Plus(rows.Graph.Constant($"{prefix}label.bias", Numbers.Double(Label.Bias)));
    }

    /// <summary>The mean of Γ's terms over the classes, <c>[batch, 1, terms]</c>.</summary>
    private Value Shared(Value terms) => terms.Sum(1).Times(1.0 / model.Classes);

    /// <summary>Σ p(y | v) E[h | v, y] over classes.</summary>
    private Value Features(Value rows)
        => hidden.Mean(Inputs(rows)).Times(Logits(rows).Softmax().Unsqueezed(-1)).Sum(1).Squeezed(1);

    private Value FreeEnergy(Value rows)
        => new CompositeOperators($"{prefix}visible", UnitsOfRows(model)).Energy(rows)
            .Minus(Shared(hidden.Cumulants(Inputs(rows))).Sum().Squeezed(1))
            .Minus(Logits(rows).LogSumExp())
            .Squeezed(1);

    private UnitInputs Inputs(Value rows)
    {
        var weight = model.Joint.Weight;
        var ofRows = Weights.Of($"{prefix}weight", weight.narrow(1, 0, model.VisibleSize));
        var ofClasses = Weights.Of($"{prefix}label.weight", weight.narrow(1, model.VisibleSize, model.Classes).t());
        return new(rows, ofRows, ofClasses.Back);
    }
}
