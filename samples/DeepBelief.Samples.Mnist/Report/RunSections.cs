using System.Globalization;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report;

/// <summary>How long it took, and how to get it again.</summary>
internal static class RunSections
{
    public static IEnumerable<Section> Create(RunRecord run)
    {
        if (run.Stages.Count > 0)
            yield return Times(run);
        if (run.Stages.Any(stage => stage.Settings.Count > 0))
            yield return Settings(run);
        yield return Again(run);
    }

    private static Section Times(RunRecord run) => new(
        "Times",
        new Table(
            $"Training took place in this order; images count once for each epoch. The whole run took {Numbers.Time(run.Time)}, scoring and sampling included."
            + (run.Stages.Any(stage => stage.Reused) ? " Where pre-training of an earlier run was used again, its time is of that run." : ""),
            ["training", "seed", "time", "images per second", "from"],
            [.. run.Stages.Select(stage => (string[])
            [
                stage.Title,
                stage.Seed.ToString(CultureInfo.InvariantCulture),
                Numbers.Time(stage.Time),
                Numbers.Whole((long)stage.RowsPerSecond),
                stage.Reused ? "an earlier run" : "this run",
            ])]).ToHtml());

    private static Section Settings(RunRecord run) => new(
        "Settings",
        Html.Paragraph(
            "What each piece of training was run with. Those with the same settings are named together; their seeds are in the table of times."),
        Html.Descriptions(run.Stages
            .SelectMany(stage => stage.Settings)
            .GroupBy(settings => settings.Text)
            .Select(group => (group.Select(settings => settings.Name).Distinct(), group.Key))));

    private static Section Again(RunRecord run)
    {
        var (options, machine) = (run.Options, run.Environment);
        return new(
            "How to get this again",
            Html.Paragraph("The same command with the same versions on the same kind of machine gives the same figures, to the last digit on a CPU."),
            Html.Code(CommandText.Of(options)),
            Html.Settings(
                ("experiment", run.Experiment),
                ("preset", options.Preset.ToString()),
                (options.Seeds.Count > 1 ? "seeds" : "seed", string.Join(", ", options.Seeds)),
                ("loss", options.Loss.ToString()),
                ("device", options.Device.ToString()),
                ("started", run.Started.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)),
                ("DeepBelief", machine.Library),
                ("libtorch", machine.Torch),
                ("runtime", machine.Runtime),
                ("operating system", $"{machine.OperatingSystem}, {machine.Architecture}"),
                ("processors", machine.Processors.ToString(CultureInfo.InvariantCulture)),
                ("threads of torch", machine.TorchThreads.ToString(CultureInfo.InvariantCulture))));
    }
}
