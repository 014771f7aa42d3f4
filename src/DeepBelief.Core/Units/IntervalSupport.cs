using System.Globalization;

namespace DeepBelief.Units;

/// <summary>Values in an interval, the same for all units.</summary>
internal sealed class IntervalSupport(string name, double least, double most) : UnitSupport(name)
{
    public override string? Fault(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        // The extremes suffice, and take a fraction of a mask's memory.
        var (smallest, largest) = (rows.min().Number(), rows.max().Number());
        if (smallest >= least && largest <= most)
            return null;
        var range = double.IsPositiveInfinity(most) ? FormattableString.Invariant($"of {least} or more") : FormattableString.Invariant($"in [{least}, {most}]");
        return string.Create(CultureInfo.InvariantCulture, $"Expected values {range} for {this} units, found values in [{smallest:g6}, {largest:g6}]. Scale the data first.");
    }
}
