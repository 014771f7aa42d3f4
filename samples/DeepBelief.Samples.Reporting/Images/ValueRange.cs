namespace DeepBelief.Samples.Reporting.Images;

/// <summary>The values that get the first and the last colour of a palette.</summary>
internal readonly record struct ValueRange(double Minimum, double Maximum)
{
    /// <summary>
    /// From the lowest finite value to the highest; about zero for a diverging palette. Without any values, or if all are
    /// the same: from 0 to 1, or from -1 to 1.
    /// </summary>
    public static ValueRange Of(ReadOnlySpan<float> values, Palette palette)
    {
        var (minimum, maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (float.IsFinite(value))
                (minimum, maximum) = (Math.Min(minimum, value), Math.Max(maximum, value));
        }

        if (palette.IsDiverging)
        {
            var most = Math.Max(Math.Abs(minimum), Math.Abs(maximum));
            return most is > 0 and < double.PositiveInfinity ? new(-most, most) : new(-1, 1);
        }

        return minimum < maximum ? new(minimum, maximum) : new(0, 1);
    }

    /// <summary>From 0 for the minimum to 1 for the maximum.</summary>
    public double Position(double value) => (value - Minimum) / (Maximum - Minimum);
}
