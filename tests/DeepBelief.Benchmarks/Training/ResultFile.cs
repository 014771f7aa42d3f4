using System.Text.Json;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Training;

/// <summary>Results as JSON: a list of objects, one for each row of the table.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Json = new(Worker.Json) { WriteIndented = true };

    public static void Write(string path, IReadOnlyList<CaseResult> results)
        => File.WriteAllText(path, JsonSerializer.Serialize(results, Json) + "\n");
}
