using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Training;

/// <summary>What to measure.</summary>
internal sealed record SuiteOptions
{
    public bool Quick { get; init; }

    public bool Peers { get; init; }

    /// <summary>A checkout of the Python original, as a further peer; null: none.</summary>
    public string? Original { get; init; }

    /// <summary>What runs the peers.</summary>
    public Python Python { get; init; } = new(null);

    /// <summary>The vectors of our processes; those that the machine has if null.</summary>
    public VectorSetting? Vectors { get; init; }

    public required IReadOnlyList<string> Cases { get; init; }

    public int Repetitions { get; init; } = 5;
}
