namespace DeepBelief.Samples.Tabular;

/// <summary>A table of texts; a value that is null or empty is missing.</summary>
internal sealed record Table(IReadOnlyList<string> Names, IReadOnlyList<string?[]> Rows);
