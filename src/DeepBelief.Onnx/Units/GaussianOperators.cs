using DeepBelief.Units;

namespace DeepBelief.Onnx;

internal sealed class GaussianOperators(string name, GaussianUnits units) : UnitOperators(name)
{
    private readonly double[] bias = Numbers.Double(units.Bias);
    private readonly double[] logVariance = Numbers.Double(units.LogVariance);

    public override Value Mean(UnitInputs inputs) => inputs.Affine(Name, [.. logVariance.Select(Math.Exp)], Vector(inputs.Graph, "bias", bias));

    // I (b + σ²I/2), without the squares b²/2σ² that would cancel.
    public override Value Cumulants(UnitInputs inputs)
    {
        var own = inputs.Affine(Name, null, null);
        var halfVariance = Vector(inputs.Graph, "half_variance", [.. logVariance.Select(value => 0.5 * Math.Exp(value))]);
        var logNormaliser = Vector(inputs.Graph, "log_normaliser", [.. logVariance.Select(value => 0.5 * (value + Math.Log(2 * Math.PI)))]);
        return own.Times(halfVariance).Plus(Vector(inputs.Graph, "bias", bias)).Times(own).Plus(logNormaliser);
    }

    public override Value Energy(Value states)
    {
        var scale = Vector(states.Graph, "root_half_precision", [.. logVariance.Select(value => Math.Sqrt(0.5) * Math.Exp(-0.5 * value))]);
        return states.Minus(Vector(states.Graph, "bias", bias)).Times(scale).Squared().Sum();
    }
}
