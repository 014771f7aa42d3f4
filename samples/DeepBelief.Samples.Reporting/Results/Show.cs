using System.Globalization;

namespace DeepBelief.Samples.Reporting.Results;

/// <summary>Ways to show a number, or the mean and standard deviation of several.</summary>
public static class Show
{
    /// <summary>With commas between thousands.</summary>
    public static Func<object, string> Whole { get; } = Number("N0");

    /// <summary>A time, as <see cref="Numbers.Time"/> has it.</summary>
    public static Func<object, string> Time { get; } = value => Numbers.Time((TimeSpan)value);

    /// <summary>A fixed number of decimals.</summary>
    public static Func<object, string> Fixed(int decimals) => Number($"F{decimals}");

    /// <summary>A share from 0 to 1 in hundredths.</summary>
    /// <param name="decimals">Decimals.</param>
    /// <param name="sign">Whether the sign for per cent follows.</param>
    public static Func<object, string> Percent(int decimals = 2, bool sign = false) => Number($"F{decimals}", 100, sign ? " %" : "");

    /// <summary>With all its digits.</summary>
    public static string Plain(object value) => value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value.ToString() ?? "";

    private static Func<object, string> Number(string format, double unit = 1, string end = "")
    {
        return value => value switch
        {
            Statistics { StandardDeviation: { } deviation } several => $"{Text(several.Mean)} ± {Text(deviation)}{end}",
            Statistics one => Text(one.Mean) + end,
            Interval { Lower: { } lower } interval => $"{Text(lower)} to {Text(interval.Upper)}{end}",
            Interval interval => Text(interval.Upper) + end,
            IConvertible number => Text(number.ToDouble(CultureInfo.InvariantCulture)) + end,
            _ => Plain(value),
        };

        string Text(double number) => double.IsNaN(number) ? "–" : (unit * number).ToString(format, CultureInfo.InvariantCulture);
    }
}

/// <summary>A figure that is known from two sides, or exactly.</summary>
/// <param name="Lower">Null where there is one number only.</param>
/// <param name="Upper">The upper end, or the number.</param>
public sealed record Interval(double? Lower, double Upper);
