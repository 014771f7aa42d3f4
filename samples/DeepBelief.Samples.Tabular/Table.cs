namespace DeepBelief.Samples.Tabular;

/// <summary>A table of texts; the encoder knows which are missing.</summary>
internal sealed record Table(IReadOnlyList<string> Names, IReadOnlyList<string?[]> Rows);
