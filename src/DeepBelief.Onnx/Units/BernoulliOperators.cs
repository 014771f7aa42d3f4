using DeepBelief.Units;

namespace DeepBelief.Onnx;

internal sealed class BernoulliOperators(string name, BernoulliUnits units) : BiasedOperators(name, units.Bias)
{
    public override Value Mean(UnitInputs inputs) => Field(inputs).Sigmoid();

    public override Value Cumulants(UnitInputs inputs) => Field(inputs).Softplus();
}
