using System.Globalization;

namespace DeepBelief.Samples.Reporting;

/// <summary>Numbers as text, the same in every culture.</summary>
public static class Numbers
{
    /// <summary>A fixed number of decimals and commas between thousands; a dash for not-a-number.</summary>
    public static string Fixed(double value, int decimals) => double.IsNaN(value)
        ? "–"
        : value.ToString($"N{decimals}", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A share from 0 to 1 in per cent, such as 97.25 %.</summary>
    public static string Percent(double share, int decimals = 2) => double.IsNaN(share) ? "–" : $"{Fixed(100 * share, decimals)} %";

    /// <summary>With commas between thousands.</summary>
    public static string Whole(long value) => Fixed(value, 0);

    /// <summary>A few digits: 12,500, 0.05, 1e-7.</summary>
    public static string Brief(double value)
    {
        var size = Math.Abs(value);
        var text = size != 0 && (size < 1e-4 || size >= 1e6)
            ? value.ToString("0.###e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal)
            : value.ToString("#,0.######", CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    /// <summary>Seconds up to a minute, then minutes and seconds: 9.4 s, 2 min 5 s, 1 h 2 min.</summary>
    public static string Time(TimeSpan time)
    {
        if (time.TotalSeconds < 59.95)
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s");
        time = TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
        return time.TotalHours < 1
            ? $"{time.Minutes} min {time.Seconds} s"
            : $"{(int)time.TotalHours} h {time.Minutes} min";
    }
}
