namespace DeepBelief.Benchmarks.Processes;

/// <summary>One repetition.</summary>
/// <param name="SamplesPerS">Rows a second.</param>
/// <param name="CeilingSamplesPerS">Rows a second of the matrix products, by the same worker; 0 where there is none.</param>
/// <param name="WarmCeilingSamplesPerS">The same of products that find their operands in the cache; 0 where there is none.</param>
internal sealed record Repetition(double SamplesPerS, double CeilingSamplesPerS = 0, double WarmCeilingSamplesPerS = 0);
