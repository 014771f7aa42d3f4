using System.Globalization;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Running;

/// <summary>A run as a page.</summary>
internal static class RunReport
{
    /// <summary>What starts the program, from the top of the repository; options follow it.</summary>
    public const string Program = "dotnet run -c Release --project samples/DeepBelief.Experiments --";

    /// <param name="run">The run, whatever its status.</param>
    /// <param name="data">The images; those that the run did not use are read when asked for.</param>
    /// <returns>A whole HTML document that needs nothing else.</returns>
    public static string Create(RunRecord run, MnistData data)
    {
        var options = run.Options;
        var description = new RunDescription(
            Command(options),
            run.Started,
            run.Time,
            run.Stages,
            ("experiment", run.Experiment),
            ("images", options.Images.Name),
            ("preset", options.Preset.ToString()),
            (options.Seeds.Count > 1 ? "seeds" : "seed", string.Join(", ", options.Seeds)),
            ("loss", options.Loss.ToString()),
            ("device", options.Device.ToString()));
        return new Page($"{options.Images.Name}: {options.Experiment.Description}", Lead(run), [.. run.Results.ToSections(run, data), .. description.ToSections()]).ToString();
    }

    /// <summary>The command line that runs the same again; what only says where files are is left out.</summary>
    public static string Command(ExperimentOptions options)
    {
        var words = new List<string> { Program };
        if (options.Experiment != ExperimentList.All[0])
            words.AddRange(["--experiment", options.Experiment.Name]);
        if (options.Images != ImageSet.Mnist)
            words.AddRange(["--images", CommandLine.Lower(options.Images)]);
        words.AddRange(["--preset", CommandLine.Lower(options.Preset), "--loss", CommandLine.Lower(options.Loss), "--device", CommandLine.Lower(options.Device)]);
        words.AddRange(["--seed", Number(options.Seeds[0])]);
        if (options.Seeds.Count > 1)
            words.AddRange(["--seeds", Number(options.Seeds.Count)]);
        if (options.Tables.Count < TableDefinition.All.Count)
            words.AddRange(["--only", .. options.Tables.Select(kind => TableDefinition.Of(kind).Name)]);
        if (options.Products != ProductPrecision.Float32)
            words.AddRange(["--products", CommandLine.Lower(options.Products)]);
        if (options.Threads is { } threads)
            words.AddRange(["--threads", Number(threads)]);
        return string.Join(' ', words);

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static string Lead(RunRecord run)
    {
        var what = $"What restricted Boltzmann machines and deep belief networks learned from {run.Options.Images.Contents} in one run of DeepBelief's experiments.";
        return run.Status switch
        {
            RunStatus.Complete => what,
            RunStatus.Cancelled => $"{what} The run was cancelled; this page shows what was finished by then.",
            _ => $"{what} The run failed; this page shows what was finished by then. {run.Failure}",
        };
    }
}
