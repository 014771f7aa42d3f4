namespace DeepBelief.Data;

/// <summary>Names values that a column cannot take, for messages: the first of each, with their rows as users count them, from 1.</summary>
internal static class OddValues
{
    private const int Shown = 5;

    public static string List(IEnumerable<(string Text, int Row)> values)
    {
        var different = values.DistinctBy(value => value.Text).ToList();
        var shown = string.Join(", ", different.Take(Shown).Select(value => $"'{value.Text}' in data row {value.Row}"));
        return different.Count > Shown ? $"{shown} and {different.Count - Shown} others" : shown;
    }
}
