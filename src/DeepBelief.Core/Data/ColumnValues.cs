using System.Globalization;
using System.Text.RegularExpressions;

namespace DeepBelief.Data;

/// <summary>The values of a column in the rows that a <see cref="TableEncoder"/> learns from: tells its kind, and makes the column.</summary>
/// <param name="name">The column's name.</param>
/// <param name="texts">Its value in each row.</param>
/// <param name="isMissing">Whether a value is missing.</param>
internal sealed partial class ColumnValues(string name, IReadOnlyList<string?> texts, Func<string?, bool> isMissing)
{
    // Two different numbers can be a yes and a no.
    private const int FewestNumbers = 3;

    private static readonly NumberFormatInfo[] OtherNotations =
    [
        NumberFormatInfo.InvariantInfo,
        new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." },
    ];

    private readonly List<(string Text, int Row)> values =
        [.. texts.Index().Where(value => !isMissing(value.Item)).Select(value => (value.Item!, value.Index + 1))];

    /// <summary>Makes the column.</summary>
    /// <param name="kind">The kind; null to tell it from the values.</param>
    /// <param name="options">The most odd texts and the most categories.</param>
    /// <exception cref="ArgumentException">The values do not fit the kind, or could be of two.</exception>
    public TableColumn Fit(ColumnKind? kind, TableEncoderOptions options)
    {
        if (values.Count == 0)
            throw Fault("expected at least one value, found only missing ones; leave the column out.");
        return (kind ?? Guess(options.MostOddTexts)) switch
        {
            ColumnKind.Number => Number(options.MostOddTexts),
            ColumnKind.YesNo => YesNo(),
            ColumnKind.Category => Category(options.MostCategories),
            var other => throw new ArgumentOutOfRangeException(nameof(kind), other, "Expected a kind of column."),
        };
    }

    private ColumnKind Guess(double mostOdd)
    {
        var different = values.Select(value => value.Text).Distinct().ToList();
        var numbers = different.Where(text => TableColumn.TryParse(text, out _)).ToList();
        if (numbers.Count == different.Count)
        {
            var isYesNo = different.Count == 2 && numbers.Select(Parse).Distinct().Count() == 2;
            return isYesNo ? ColumnKind.YesNo : ColumnKind.Number;
        }

        var numeric = different.Where(IsLikeNumber).ToHashSet();
        if (numeric.Count >= FewestNumbers && values.Count(value => numeric.Contains(value.Text)) * 2 >= values.Count)
        {
            var odd = NotNumbers();
            return AreGaps(odd, mostOdd)
                ? ColumnKind.Number
                : throw Fault(
                    $"expected numbers or texts, found mostly numbers, but also {OddValues.List(odd)}. "
                    + $"Mark missing values by one of the {nameof(TableEncoderOptions.MissingMarkers)}, write numbers with a decimal point and without separators of thousands, or say that the column is of kind {nameof(ColumnKind.Category)}.{Limit(odd, mostOdd)}");
        }

        // With one text and a marker, the marker could be the other text, as in + and -.
        if (different.Count == 1 && texts.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text) && isMissing(text)) is { } marker)
        {
            throw Fault(
                $"expected at least two different values, found only '{different[0]}', and '{marker.Trim()}', which marks missing values. "
                + $"Take '{marker.Trim()}' out of the {nameof(TableEncoderOptions.MissingMarkers)} if it is a value, or leave the column out.");
        }

        return different.Count == 2 ? ColumnKind.YesNo : ColumnKind.Category;
    }

    private NumberColumn Number(double mostOdd)
    {
        var odd = NotNumbers();
        return AreGaps(odd, mostOdd)
            ? NumberColumn.Fit(name, [.. values.Select(value => Parse(value.Text)).Where(double.IsFinite)]) with { OddTexts = [.. odd.Select(value => value.Text.Trim()).Distinct()] }
            : throw Fault($"expected finite numbers, with a decimal point and without separators of thousands, found {OddValues.List(odd)}.{Limit(odd, mostOdd)}");
    }

    private YesNoColumn YesNo()
    {
        // Ordinal order puts "0" before "1", "false" before "true" and "no" before "yes".
        var found = values.Select(value => value.Text).Distinct().Order(StringComparer.Ordinal).ToList();
        return found.Count switch
        {
            2 => new YesNoColumn(name, found[0], found[1]),
            1 => throw Fault($"expected two different texts, found only '{found[0]}'; leave the column out, or make the encoder from columns, with a {nameof(YesNoColumn)} that has both texts."),
            _ => throw Fault($"expected '{found[0]}' or '{found[1]}', found {OddValues.List(values.Where(value => value.Text != found[0] && value.Text != found[1]))}."),
        };
    }

    private CategoryColumn Category(int most)
    {
        var found = values.Select(value => value.Text).Distinct().Order(StringComparer.Ordinal).ToList();
        return found.Count <= most
            ? new CategoryColumn(name, found)
            : throw Fault(
                $"expected at most {most} categories, found {found.Count} in {values.Count} values, the first of which are {OddValues.List(values)}. "
                + $"Leave the column out if it names or numbers the rows, join rare categories, or raise {nameof(TableEncoderOptions.MostCategories)}.");
    }

    private List<(string Text, int Row)> NotNumbers() => [.. values.Where(value => !TableColumn.TryParse(value.Text, out _))];

    // Numbers in another notation and infinite ones are values: as gaps, those would be missing that are large.
    private bool AreGaps(List<(string Text, int Row)> odd, double most)
        => (double)odd.Count / values.Count <= most && !odd.Any(value => IsValue(value.Text));

    private string Limit(List<(string Text, int Row)> odd, double most)
        => odd.Any(value => IsValue(value.Text))
            ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $" Texts count as missing up to a share of {most} ({nameof(TableEncoderOptions.MostOddTexts)}); here they are {odd.Count} of {values.Count} values.");

    private ArgumentException Fault(string what) => new($"Column '{name}': {what}");

    private static double Parse(string text) => TableColumn.TryParse(text, out var number) ? number : double.NaN;

    private static bool IsValue(string text) => IsLikeNumber(text) || OtherNumber().IsMatch(text.Trim());

    // What no parser here takes: infinite ones, a typographic minus, thousands set apart by a space, an apostrophe or two points.
    [GeneratedRegex(@"^[+-]?(?:∞|inf)$|^\u2212\d+(?:[.,]\d+)?$|^[+-]?\d{1,3}(?:(?:\.\d{3}){2,}|(?:[ '\u2019\u00a0\u202f]\d{3})+(?:[.,]\d+)?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherNumber();

    // A number, an infinite one, or one in another notation: 1,5 and 1.234,5 and 1,234 and 12 %.
    private static bool IsLikeNumber(string text)
    {
        var bare = text.AsSpan().Trim().TrimEnd('%');
        if (double.TryParse(bare, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number))
            return true;
        if (!bare.Contains(','))
            return false;
        foreach (var notation in OtherNotations)
        {
            if (double.TryParse(bare, NumberStyles.Float | NumberStyles.AllowThousands, notation, out _))
                return true;
        }

        return false;
    }
}
