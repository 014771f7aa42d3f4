namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>An axis with its range and its marks.</summary>
internal sealed class Scale
{
    // Room beyond the first and the last point on a logarithmic axis, as a share of the axis.
    private const double Room = 0.04;

    private readonly bool isLogarithmic;
    private readonly double start;
    private readonly double length;

    /// <param name="axis">What to show.</param>
    /// <param name="values">All values on the axis; those it can't show are passed over.</param>
    public Scale(Axis axis, IEnumerable<double> values)
    {
        isLogarithmic = axis.IsLogarithmic;
        if (axis.Include is { } include)
            values = values.Append(include);
        double[] shown = [.. values.Where(axis.CanShow)];
        var (minimum, maximum) = shown.Length > 0 ? (shown.Min(), shown.Max()) : isLogarithmic ? (1, 10) : (0, 1);
        if (isLogarithmic)
        {
            var (low, high) = (Math.Log10(minimum), Math.Log10(maximum));
            var room = low == high ? 0.5 : Room * (high - low);
            (start, length) = (low - room, high - low + (2 * room));
            Ticks = Charts.Ticks.Logarithmic(Math.Pow(10, start), Math.Pow(10, start + length));
        }
        else
        {
            Ticks = Charts.Ticks.Linear(minimum, maximum, smallestStep: axis.IsWhole ? 1 : 0);
            (start, length) = (Ticks[0], Ticks[^1] - Ticks[0]);
        }

        Labels = [.. Ticks.Select(Label)];
    }

    /// <summary>Where the marks are.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>What they say.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>From 0 at the start of the axis to 1 at its end.</summary>
    public double Position(double value) => ((isLogarithmic ? Math.Log10(value) : value) - start) / length;

    // The same decimals at all marks of a linear axis.
    private string Label(double tick)
    {
        var step = Ticks.Count > 1 ? Ticks[1] - Ticks[0] : 1;
        return isLogarithmic || step is < 1e-4 or >= 1e6
            ? Numbers.Brief(tick)
            : Numbers.Fixed(tick, (int)Math.Max(0, Math.Ceiling(-Math.Log10(step) - 1e-9)));
    }
}
