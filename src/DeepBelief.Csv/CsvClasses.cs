using System.Globalization;

namespace DeepBelief.Data;

/// <summary>The classes of a column.</summary>
internal static class CsvClasses
{
    public static (Tensor Labels, IReadOnlyList<string> Classes) Of(string name, IReadOnlyList<string?> column, IReadOnlyList<string>? classes)
    {
        if (column.Count == 0)
            throw new ArgumentException("Expected at least one row, found none.", nameof(name));
        var gap = column.Index().FirstOrDefault(value => string.IsNullOrWhiteSpace(value.Item), (-1, null)).Index;
        if (gap >= 0)
            throw new ArgumentException($"Column '{name}': expected a class in each row, found none in data row {gap + 1}.", nameof(name));
        classes ??= Ordered(column);
        var numbers = classes.Index().ToDictionary(text => text.Item, text => (long)text.Index);
        var unknown = column.Index().Where(value => !numbers.ContainsKey(value.Item!)).Select(value => (value.Item!, value.Index + 1)).ToList();
        return unknown.Count == 0
            ? (torch.tensor(column.Select(text => numbers[text!]).ToArray(), ScalarType.Int64, torch.CPU), classes)
            : throw new ArgumentException($"Column '{name}': expected one of the classes {OddValues.List(classes)}, found {OddValues.List(unknown)}.", nameof(name));
    }

    private static string[] Ordered(IReadOnlyList<string?> column)
    {
        string[] texts = [.. column.Distinct().Order(StringComparer.Ordinal)!];
        return texts.All(IsNumber) ? [.. texts.OrderBy(Number)] : texts;
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
