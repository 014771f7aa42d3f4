namespace DeepBelief.Units;

/// <summary>Several supports side by side, each for a range of columns.</summary>
internal sealed class CompositeSupport(IReadOnlyList<UnitLayer> parts) : UnitSupport("Mixed")
{
    public override string? Fault(Tensor rows) => Faults((part, start) => part.Support.Fault(rows.narrow(1, start, part.Size)));

    public override string? StateFault(Tensor rows) => Faults((part, start) => part.Support.StateFault(rows.narrow(1, start, part.Size)));

    internal override string? HeldFault(Tensor rows, Tensor missing)
        => Faults((part, start) => part.Support.HeldFault(rows.narrow(1, start, part.Size), missing.narrow(1, start, part.Size)));

    internal override JointStates? States(long units)
    {
        var ofParts = parts.Select(part => part.Support.States(part.Size)).ToList();
        return ofParts.Contains(null) ? null : new([.. ofParts.SelectMany(states => states!.Parts).Select(part => part.Sites)]);
    }

    internal override IReadOnlyList<Interval>? Intervals(long units)
    {
        var ofParts = parts.Select(part => part.Support.Intervals(part.Size)).ToList();
        return ofParts.Contains(null) ? null : [.. ofParts.SelectMany(intervals => intervals!)];
    }

    private string? Faults(Func<UnitLayer, long, string?> fault)
    {
        using var scope = torch.NewDisposeScope();
        var faults = new List<string>();
        var start = 0L;
        foreach (var part in parts)
        {
            if (fault(part, start) is { } found)
                faults.Add($"Columns {start} to {start + part.Size - 1}: {found}");
            start += part.Size;
        }

        return faults.Count == 0 ? null : string.Join(' ', faults);
    }
}
