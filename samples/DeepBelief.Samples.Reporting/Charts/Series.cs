namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">In the order in which they are joined; those that the axes can't show leave a gap.</param>
public sealed record Series(string Name, params IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>Colour and shape of the marks, from 0; by default the place among the chart's series.</summary>
    public int? Style { get; init; }

    /// <summary>Dashed, to tell apart two lines of the same colour.</summary>
    public bool IsDashed { get; init; }

    /// <summary>A series of y against 1, 2, 3, ...</summary>
    public static Series PerEpoch(string name, IEnumerable<double> values) =>
        new(name, [.. values.Select((value, index) => new SeriesPoint(index + 1, value))]);
}

/// <summary>A point of a series.</summary>
/// <param name="X">Against the horizontal axis.</param>
/// <param name="Y">Against the vertical axis.</param>
/// <param name="Spread">Half the length of a bar about the point, such as a standard deviation; 0: no bar.</param>
public readonly record struct SeriesPoint(double X, double Y, double Spread = 0);
