using System.Text.Json;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Samples.Reporting.Runs;

namespace DeepBelief.Experiments.Running;

/// <summary>A run as a JSON document.</summary>
internal static class RunJson
{
    /// <summary>Raised when a member changes its meaning or goes away.</summary>
    private const int Schema = 2;

    public static string Format(RunRecord run) => JsonSerializer.Serialize(
        new
        {
            Schema,
            run.Experiment,
            run.Status,
            run.Failure,
            run.Started,
            Seconds = run.Time.TotalSeconds,
            Settings = new { run.Options.Images, run.Options.Preset, run.Options.Loss, run.Options.Products, run.Options.Device, run.Options.Seeds, run.Options.Threads },
            Environment = RunEnvironment.Current(),
            Stages = ResultTable.Of(
                "stages",
                run.Stages,
                new("title", stage => stage.Title),
                new("seed", stage => stage.Seed),
                new("seconds", stage => stage.Time.TotalSeconds),
                new("rows", stage => stage.Rows),
                new("rows per second", stage => stage.RowsPerSecond),
                new("reused", stage => stage.Reused)),
            Results = run.Results.ToJson(),
        },
        JsonTable.Layout);
}
