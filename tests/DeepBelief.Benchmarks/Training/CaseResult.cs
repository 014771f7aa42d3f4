using System.Text.Json.Serialization;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Training;

/// <summary>What a case came to in one thread setting.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Threads">Number of threads.</param>
/// <param name="SamplesPerS">Rows a second, median of the repetitions.</param>
/// <param name="CeilingSamplesPerS">Rows a second of what it is measured against, median of the repetitions; like what follows, null where that is missing.</param>
/// <param name="Ratio">Median of the repetitions' ratios of the two.</param>
/// <param name="Min">The least of these ratios.</param>
/// <param name="Max">The largest of these ratios.</param>
internal sealed record CaseResult(
    string Case,
    int Threads,
    double SamplesPerS,
    double? CeilingSamplesPerS,
    double? Ratio,
    double? Min,
    double? Max)
{
    /// <summary>Rows a second of products that find their operands in the cache, median of the repetitions; null where none are measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WarmCeilingSamplesPerS { get; init; }

    /// <summary>Median of the repetitions' ratios to that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WarmRatio { get; init; }

    /// <summary>Bits of the vectors of our process, where they were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? VectorBits { get; init; }

    /// <summary>Others on the same task, where asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PeerResult>? Peers { get; init; }

    /// <summary>From the repetitions, each ours and, measured next to it, what it is compared with.</summary>
    public static CaseResult From(string name, int threads, IReadOnlyList<Repetition> repetitions)
    {
        var samplesPerS = Median.Of(repetitions.Select(r => r.SamplesPerS));
        if (repetitions.All(r => r.CeilingSamplesPerS == 0))
            return new(name, threads, samplesPerS, null, null, null, null);
        double[] ratios = [.. repetitions.Select(r => r.SamplesPerS / r.CeilingSamplesPerS)];
        var areWarm = repetitions.All(r => r.WarmCeilingSamplesPerS > 0);
        return new(
            name,
            threads,
            samplesPerS,
            Median.Of(repetitions.Select(r => r.CeilingSamplesPerS)),
            Median.Of(ratios),
            ratios.Min(),
            ratios.Max())
        {
            WarmCeilingSamplesPerS = areWarm ? Median.Of(repetitions.Select(r => r.WarmCeilingSamplesPerS)) : null,
            WarmRatio = areWarm ? Median.Of(repetitions.Select(r => r.SamplesPerS / r.WarmCeilingSamplesPerS)) : null,
        };
    }
}
