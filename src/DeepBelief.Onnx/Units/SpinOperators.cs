using DeepBelief.Units;

namespace DeepBelief.Onnx;

internal sealed class SpinOperators(string name, SpinUnits units) : BiasedOperators(name, units.Bias)
{
    public override Value Mean(UnitInputs inputs) => Field(inputs).Tanh();

    public override Value Cumulants(UnitInputs inputs)
    {
        var field = Field(inputs);
        return field.Times(2).Softplus().Minus(field);
    }
}
