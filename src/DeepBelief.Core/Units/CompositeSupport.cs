namespace DeepBelief.Units;

/// <summary>Several supports side by side, each for a range of columns.</summary>
internal sealed class CompositeSupport(IReadOnlyList<UnitLayer> parts) : UnitSupport("Mixed")
{
    public override string? Fault(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        var start = 0L;
        foreach (var part in parts)
        {
            if (part.Support.Fault(rows.narrow(1, start, part.Size)) is { } fault)
                return $"Columns {start} to {start + part.Size - 1}: {fault}";
            start += part.Size;
        }

        return null;
    }
}
