using System.Text.Json.Serialization;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>What a worker says of itself.</summary>
/// <param name="Version">Of what it measures: libtorch, PyTorch, scikit-learn.</param>
/// <param name="Blas">The file of the BLAS library it has loaded; empty where it has none of its own, as libtorch with MKL in it.</param>
/// <param name="VectorBits">Bits of the widest vectors that .NET has there; 0 where that is no matter.</param>
internal sealed record WorkerInfo(
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("blas")] string Blas = "",
    [property: JsonPropertyName("vector_bits")] int VectorBits = 0)
{
    public static WorkerInfo Unknown { get; } = new("");

    /// <summary>Whether its matrix products go through the reference implementation, which is in a folder 'blas' on Debian.</summary>
    [JsonIgnore]
    public bool HasReferenceBlas => Blas.Contains("/blas/libblas.so", StringComparison.Ordinal);
}
