namespace DeepBelief.Onnx;

/// <summary>The inputs I of units: the sum over other layers of their states times the weights between.</summary>
internal sealed class UnitInputs
{
    private readonly (Value States, Weights Weights)[] terms;
    private readonly Weights? classes;

    public UnitInputs(params (Value States, Weights Weights)[] terms) => this.terms = terms;

    /// <summary>Inputs given each class, <c>[batch, classes, N]</c>: those from states, and the weights of the class.</summary>
    /// <param name="states">The states.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="classes">The weights of classes, from classes to N.</param>
    public UnitInputs(Value states, Weights weights, Weights classes)
        : this((states, weights))
        => this.classes = classes;

    public Graph Graph => terms[0].States.Graph;

    /// <summary>The inputs of some of the units.</summary>
    public UnitInputs Of(string units, long start, long count)
        => classes is null
            ? new([.. terms.Select(term => (term.States, term.Weights.Of(units, start, count)))])
            : new(terms[0].States, terms[0].Weights.Of(units, start, count), classes.Of(units, start, count));

    /// <summary>factors · I + added: the factors become part of the weights.</summary>
    /// <param name="units">The name of the units.</param>
    /// <param name="factors">A factor for each unit; null for 1.</param>
    /// <param name="added">What is added, a vector; null for nothing.</param>
    public Value Affine(string units, double[]? factors, Value? added)
    {
        foreach (var (states, weights) in terms)
            added = states.Gemm(Scaled(weights).In(Graph), weights.OutputsFirst, added);
        return classes is null ? added! : added!.Unsqueezed(1).Plus(Scaled(classes).In(Graph));

        Weights Scaled(Weights weights) => factors is null ? weights : weights.Times(units, factors);
    }
}
