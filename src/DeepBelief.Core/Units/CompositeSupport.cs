namespace DeepBelief.Units;

/// <summary>Several supports side by side, each for a range of columns.</summary>
internal sealed class CompositeSupport(IReadOnlyList<(UnitSupport Support, long Units)> parts) : UnitSupport("Mixed")
{
    /// <summary>That of layers side by side.</summary>
    public CompositeSupport(IEnumerable<UnitLayer> layers)
        : this([.. layers.Select(layer => (layer.Support, layer.Size))])
    {
    }

    public override string? Fault(Tensor rows) => Faults((part, start, units) => part.Fault(rows.narrow(1, start, units)));

    public override string? StateFault(Tensor rows) => Faults((part, start, units) => part.StateFault(rows.narrow(1, start, units)));

    internal override string? HeldFault(Tensor rows, Tensor missing)
        => Faults((part, start, units) => part.HeldFault(rows.narrow(1, start, units), missing.narrow(1, start, units)));

    internal override bool Allows(long units) => units == parts.Sum(part => part.Units);

    internal override IReadOnlyList<UnitColumns>? Columns(long units)
    {
        var ofParts = parts.Select(part => part.Support.Columns(part.Units)).ToList();
        return ofParts.Contains(null) ? null : [.. ofParts.SelectMany(columns => columns!)];
    }

    private string? Faults(Func<UnitSupport, long, long, string?> fault)
    {
        using var scope = torch.NewDisposeScope();
        var faults = new List<string>();
        var start = 0L;
        foreach (var (support, units) in parts)
        {
            if (fault(support, start, units) is { } found)
                faults.Add($"Columns {start} to {start + units - 1}: {found}");
            start += units;
        }

        return faults.Count == 0 ? null : string.Join(' ', faults);
    }
}
