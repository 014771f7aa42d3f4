namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>Round numbers for the marks of an axis.</summary>
public static class Ticks
{
    private static readonly double[] Leads = [1, 2, 5, 10];

    /// <summary>Multiples of 1, 2 or 5 times a power of ten that reach from <paramref name="minimum"/> or below to <paramref name="maximum"/> or above.</summary>
    /// <param name="minimum">Finite.</param>
    /// <param name="maximum">Finite, not below the minimum; a single value gets some room on both sides.</param>
    /// <param name="intervals">About how many steps.</param>
    /// <param name="smallestStep">No smaller steps than this: 1 for whole numbers.</param>
    public static IReadOnlyList<double> Linear(double minimum, double maximum, int intervals = 5, double smallestStep = 0)
    {
        if (minimum == maximum)
        {
            var room = Math.Max(Math.Abs(minimum) / 10, smallestStep == 0 ? 1e-6 : smallestStep);
            (minimum, maximum) = (minimum - room, maximum + room);
        }

        var step = Math.Max(RoundUp((maximum - minimum) / intervals), smallestStep);
        // A little slack: what is at a tick but for rounding needs no further one.
        var first = Math.Floor((minimum / step) + 1e-6);
        var last = Math.Ceiling((maximum / step) - 1e-6);
        // Divided by a whole number where that is exact: 3 * 0.1 is not 0.3, and 3 / 10 is.
        var inverse = Math.Round(1 / step);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => step < 1 ? (first + i) / inverse : (first + i) * step)];
    }

    /// <summary>1, 2 and 5 times powers of ten, or powers of ten alone, or some of these, within the range; evenly spaced numbers if it has none of them.</summary>
    /// <param name="minimum">Finite, above 0.</param>
    /// <param name="maximum">Finite, not below the minimum.</param>
    /// <param name="most">No more ticks than this.</param>
    public static IReadOnlyList<double> Logarithmic(double minimum, double maximum, int most = 6)
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(minimum)), (int)Math.Ceiling(Math.Log10(maximum)));
        double[] fine = [.. Within(Enumerable.Range(first, last - first + 1).SelectMany(e => Leads[..3].Select(lead => lead * Power(e))))];
        if (fine.Length < 2)
            return [.. Within(Linear(minimum, maximum))];
        if (fine.Length <= most)
            return fine;
        for (var every = 1; ; every++)
        {
            var from = (int)Math.Ceiling((double)first / every);
            var to = (int)Math.Floor((double)last / every);
            double[] powers = [.. Within(Enumerable.Range(from, to - from + 1).Select(i => Power(i * every)))];
            if (powers.Length <= most)
                return powers;
        }

        IEnumerable<double> Within(IEnumerable<double> ticks) =>
            ticks.Where(tick => tick >= minimum * (1 - 1e-9) && tick <= maximum * (1 + 1e-9));
    }

    private static double RoundUp(double value)
    {
        var power = Power((int)Math.Floor(Math.Log10(value)));
        return power * Leads.First(lead => lead * power >= value * (1 - 1e-9));
    }

    // Negative powers as quotients, which are the numbers nearest to 0.1, 0.01 and so on.
    private static double Power(int exponent) => exponent < 0 ? 1 / Math.Pow(10, -exponent) : Math.Pow(10, exponent);
}
