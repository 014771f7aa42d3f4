using System.Collections.ObjectModel;

namespace DeepBelief.Training;

/// <summary>The diagnostics of chains among the numbers of an epoch that a checkpoint saves.</summary>
internal static class SavedDiagnostics
{
    private const string Prefix = "diagnostics/";

    /// <summary>The diagnostics by the names that they have in a checkpoint.</summary>
    public static IEnumerable<(string Name, double? Value)> Numbers(IReadOnlyDictionary<string, double> diagnostics)
        => diagnostics.Select(d => (Prefix + d.Key, (double?)d.Value));

    /// <summary>Returns the diagnostics among the numbers of an epoch.</summary>
    public static IReadOnlyDictionary<string, double> Read(IReadOnlyDictionary<string, double?> numbers)
    {
        var read = new OrderedDictionary<string, double>(numbers
            .Where(n => n.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => KeyValuePair.Create(n.Key[Prefix.Length..], n.Value ?? double.NaN)));
        // The shared empty instance, so that metrics without diagnostics compare equal.
        return read.Count > 0 ? read : ReadOnlyDictionary<string, double>.Empty;
    }
}
