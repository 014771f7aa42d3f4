namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>A point of a series.</summary>
/// <param name="X">Against the horizontal axis.</param>
/// <param name="Y">Against the vertical axis.</param>
/// <param name="Spread">Half the length of a bar about the point, such as a standard deviation; 0: no bar.</param>
public readonly record struct SeriesPoint(double X, double Y, double Spread = 0);
