namespace DeepBelief.Data;

/// <summary>Names values that a column cannot take, for messages: the first of each, with their rows as users count them, from 1.</summary>
internal static class OddValues
{
    private const int Shown = 5;

    public static string List(IEnumerable<(string Text, int Row)> values)
    {
        var different = values.DistinctBy(value => value.Text).ToList();
        return First(different.Count, different.Select(value => $"'{value.Text}' in data row {value.Row}"));
    }

    /// <summary>The first of some different texts.</summary>
    public static string List(IReadOnlyList<string> texts) => First(texts.Count, texts.Select(text => $"'{text}'"));

    private static string First(int count, IEnumerable<string> values)
    {
        var shown = string.Join(", ", values.Take(Shown));
        return count > Shown ? $"{shown} and {count - Shown} others" : shown;
    }
}
