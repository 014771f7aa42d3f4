using DeepBelief.Units;

namespace DeepBelief.Onnx;

internal sealed class CompositeOperators : UnitOperators
{
    private readonly List<(UnitOperators Operators, string Name, long Start, long Size)> parts = [];

    /// <summary>The operators of parts side by side: those of a composite, or the first of them.</summary>
    public CompositeOperators(string name, IEnumerable<UnitLayer> units)
        : base(name)
    {
        var start = 0L;
        foreach (var (index, part) in units.Index())
        {
            var ofPart = FormattableString.Invariant($"{name}.{index}");
            parts.Add((Of(part, ofPart), ofPart, start, part.Size));
            start += part.Size;
        }
    }

    public override Value Mean(UnitInputs inputs)
        => Value.Concat([.. parts.Select(part => part.Operators.Mean(inputs.Of(part.Name, part.Start, part.Size)))]);

    public override Value Cumulants(UnitInputs inputs)
        => Value.Concat([.. parts.Select(part => part.Operators.Cumulants(inputs.Of(part.Name, part.Start, part.Size)))]);

    public override Value Energy(Value states)
        => parts.Select(part => part.Operators.Energy(parts.Count == 1 ? states : states.Columns(part.Start, part.Size))).Aggregate((sum, term) => sum.Plus(term));
}
