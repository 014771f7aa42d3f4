using DeepBelief.Units;

namespace DeepBelief.Onnx;

internal sealed class SoftmaxOperators(string name, SoftmaxUnits units) : BiasedOperators(name, units.Bias)
{
    private readonly (long Groups, long Categories, long Size) shape = (units.Groups, units.Categories, units.Size);

    public override Value Mean(UnitInputs inputs)
        => shape.Groups == 1 ? Field(inputs).Softmax() : Grouped(inputs).Softmax().Joined(shape.Size);

    public override Value Cumulants(UnitInputs inputs)
        => shape.Groups == 1 ? Field(inputs).LogSumExp() : Grouped(inputs).LogSumExp().Joined(shape.Groups);

    private Value Grouped(UnitInputs inputs) => Field(inputs).Grouped(shape.Groups, shape.Categories);
}
