using System.Text.Json.Serialization;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>What a worker says of itself.</summary>
/// <param name="Version">Of what it measures: libtorch, PyTorch, scikit-learn.</param>
/// <param name="Blas">The BLAS library it has loaded, or an empty string.</param>
internal sealed record WorkerInfo(
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("blas")] string Blas)
{
    public static WorkerInfo Unknown { get; } = new("", "");
}
