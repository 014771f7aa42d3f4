using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeepBelief.Samples.Mnist.Experiments;

namespace DeepBelief.Samples.Mnist.Output;

/// <summary>A run as a JSON document.</summary>
internal static class JsonFile
{
    /// <summary>Raised when a member changes its meaning or goes away.</summary>
    private const int Schema = 1;

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // For people to read, not for pages of HTML.
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static string Format(RunRecord run) => JsonSerializer.Serialize(
        new
        {
            Schema,
            run.Experiment,
            run.Status,
            run.Failure,
            run.Started,
            Seconds = run.Time.TotalSeconds,
            Settings = new { run.Options.Preset, run.Options.Loss, run.Options.Device, run.Options.Seeds, run.Options.Threads },
            run.Environment,
            Stages = run.Stages.Select(stage => new { stage.Title, stage.Seed, Seconds = stage.Time.TotalSeconds, stage.Rows, stage.RowsPerSecond, stage.Reused }),
            Results = run.Results.ToJson(),
        },
        Layout);
}
