namespace DeepBelief.Onnx;

/// <summary>Units whose only parameter is a bias, and whose energy is -b·x.</summary>
internal abstract class BiasedOperators(string name, Tensor bias) : UnitOperators(name)
{
    private readonly double[] bias = Numbers.Double(bias);

    public override Value Energy(Value states) => Linear(states, bias);

    /// <summary>b + I.</summary>
    protected Value Field(UnitInputs inputs) => inputs.Affine(Name, null, Vector(inputs.Graph, "bias", bias));
}
