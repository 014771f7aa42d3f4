using System.Globalization;
using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>Values in an interval, the same for all units. The states are all of it or, given a step, those a multiple of it above the least.</summary>
internal sealed class IntervalSupport(string name, double least, double most, double? step = null) : UnitSupport(name)
{
    // Of the interval's length, of the largest value if it has no end, or of the step between states.
    private const double Tolerance = 1e-5;

    private string Range => double.IsPositiveInfinity(most) ? FormattableString.Invariant($"of {least} or more") : FormattableString.Invariant($"in [{least}, {most}]");

    public override string? Fault(Tensor rows)
    {
        var (smallest, largest) = Extremes(rows);
        return Fault(rows, smallest, largest);
    }

    public override string? StateFault(Tensor rows)
    {
        if (Fault(rows) is { } fault)
            return fault;
        if (step is not { } apart)
            return null;
        using var scope = torch.NewDisposeScope();
        var steps = rows.Minus(least).Over(apart);
        var distances = (steps - steps.round()).abs();
        if (distances.max().Number() <= Tolerance)
            return null;
        var found = rows.reshape(-1).index_select(0, distances.reshape(-1).argmax().reshape(1)).Number();
        return this == Binary
            ? $"Expected rows of zeros and ones, found values in between, such as {Text(found, rows.dtype)}. Binarize them first."
            : FormattableString.Invariant($"Expected states of {this} units, {least}, {least + apart}{Rest(apart)}, found values in between, such as {Text(found, rows.dtype)}.");
    }

    internal override string? Fault(Tensor rows, double smallest, double largest)
    {
        var slack = Tolerance * (double.IsInfinity(most - least) ? Math.Max(0, largest) : most - least);
        // A count has no values in between, whatever its range.
        slack = Math.Min(slack, (step ?? double.PositiveInfinity) / 2);
        return smallest >= least - slack && largest <= most + slack
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Expected values {Range} for {this} units, found values in [{Text(smallest, rows.dtype)}, {Text(largest, rows.dtype)}]. Scale the data first.");
    }

    // The states after the first two.
    private string Rest(double apart)
        => double.IsInfinity(most) ? ", ..." : most > least + apart ? FormattableString.Invariant($", ..., {most}") : "";

    internal override string? HeldFault(Tensor rows, Tensor missing)
    {
        using var scope = torch.NewDisposeScope();
        return Fault(torch.where(missing, torch.zeros_like(rows).Add(Math.Clamp(0, least, most)), rows));
    }

    internal override IReadOnlyList<UnitColumns> Columns(long units)
        => [step is { } apart ? new Steps(units, least, apart, double.IsFinite(most) ? (long)Math.Round((most - least) / apart) + 1 : Sites.Endless) : new Interval(units, least, most)];

    private sealed record Steps(long Count, double Least, double Step, long States) : Sites(Count, 1, States)
    {
        public override double Range => Step * (States - 1);

        public override Tensor Values(Tensor numbers, ScalarType dtype)
        {
            using var scope = torch.NewDisposeScope();
            var values = numbers.to(dtype);
            if ((Least, Step) != (0, 1))
                _ = values.Scale(Step).Add(Least);
            return values.unsqueeze(-1).MoveToOuterDisposeScope();
        }

        public override Tensor Numbers(Tensor values)
        {
            using var scope = torch.NewDisposeScope();
            return values.squeeze(-1).Minus(Least).Over(Step).round().Within(0, States - 1).to(ScalarType.Int64).MoveToOuterDisposeScope();
        }
    }
}
