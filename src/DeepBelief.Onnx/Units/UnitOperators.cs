using DeepBelief.Units;

namespace DeepBelief.Onnx;

/// <summary>What a kind of units computes, in operators of ONNX. The formulas are those of the class of units.</summary>
/// <param name="name">The units' name in the model, such as <c>hidden</c>.</param>
internal abstract class UnitOperators(string name)
{
    /// <summary>The units' name in the model.</summary>
    protected string Name { get; } = name;

    /// <summary>The operators of units.</summary>
    /// <exception cref="NotSupportedException">There are none.</exception>
    public static UnitOperators Of(UnitLayer units, string name) => units switch
    {
        BernoulliUnits bernoulli => new BernoulliOperators(name, bernoulli),
        GaussianUnits gaussian => new GaussianOperators(name, gaussian),
        ReluUnits relu => new ReluOperators(name, relu),
        SpinUnits spin => new SpinOperators(name, spin),
        BinomialUnits binomial => new BinomialOperators(name, binomial),
        SoftmaxUnits softmax => new SoftmaxOperators(name, softmax),
        CompositeUnits composite => new CompositeOperators(name, composite.Parts),
        _ => throw new NotSupportedException($"Expected units of the library's own kinds, found {units.Kind} units ({units.GetType()}), for whose means and energies no ONNX operators are known."),
    };

    /// <summary>E[x | I], <c>[..., N]</c>.</summary>
    public abstract Value Mean(UnitInputs inputs);

    /// <summary>Γ(I), summed over the units, <c>[..., 1]</c>.</summary>
    public Value CumulantGenerator(UnitInputs inputs) => Cumulants(inputs).Sum();

    /// <summary>The terms of Γ(I), <c>[..., terms]</c>: one for each unit or, of units in groups, for each group.</summary>
    public abstract Value Cumulants(UnitInputs inputs);

    /// <summary>E(x), summed over the units, <c>[batch, 1]</c>.</summary>
    public abstract Value Energy(Value states);

    /// <summary>A vector under the units' name.</summary>
    protected Value Vector(Graph graph, string what, double[] values) => graph.Constant($"{Name}.{what}", values);

    /// <summary>-b·x, <c>[batch, 1]</c>.</summary>
    protected Value Linear(Value states, double[] bias)
    {
        var weights = Weights.Row($"{Name}.bias negated", [.. bias.Select(value => -value)]);
        return states.Gemm(weights.In(states.Graph), weights.OutputsFirst, null);
    }
}
