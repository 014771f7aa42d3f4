using System.Globalization;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Samples.Reporting.Runs;

/// <summary>What a report says of the run that it is of.</summary>
/// <param name="Command">The command line that runs the same again.</param>
/// <param name="Started">When.</param>
/// <param name="Time">How long, without the report.</param>
/// <param name="Stages">What was trained.</param>
/// <param name="Options">Names and values of what was asked for.</param>
public sealed record RunDescription(
    string Command, DateTimeOffset Started, TimeSpan Time, IReadOnlyList<Stage> Stages, params IReadOnlyList<(string Name, string Value)> Options)
{
    /// <summary>How long it took, and how to get it again, as parts of the report.</summary>
    public IEnumerable<Section> ToSections()
    {
        if (Stages.Count > 0)
            yield return Times();
        if (Stages.Any(stage => stage.Settings.Count > 0))
            yield return Settings();
        yield return Again();
    }

    private Section Times() => new(
        "Times",
        ResultTable.Of(
            $"Training took place in this order; images count once for each epoch. The whole run took {Numbers.Time(Time)}, scoring and sampling included."
            + (Stages.Any(stage => stage.Reused) ? " Where pre-training of an earlier run was used again, its time is of that run." : ""),
            Stages,
            new("training", stage => stage.Title),
            new("seed", stage => stage.Seed),
            new("time", stage => stage.Time, Show.Time),
            new("images per second", stage => Math.Floor(stage.RowsPerSecond), Show.Whole),
            new("from", stage => stage.Reused ? "an earlier run" : "this run")).ToHtml());

    private Section Settings() => new(
        "Settings",
        Html.Paragraph("What each piece of training was run with. Those with the same settings are named together; their seeds are in the table of times."),
        Html.Descriptions(Stages
            .SelectMany(stage => stage.Settings)
            .GroupBy(settings => settings.Text)
            .Select(group => (group.Select(settings => settings.Name).Distinct(), group.Key))));

    private Section Again()
    {
        var machine = RunEnvironment.Current();
        return new(
            "How to get this again",
            Html.Paragraph("The same command with the same versions on the same kind of machine gives the same figures, to the last digit on a CPU."),
            Html.Code(Command),
            Html.Settings(
                [
                    .. Options,
                    ("started", Started.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)),
                    ("DeepBelief", machine.Library),
                    ("libtorch", machine.Torch),
                    ("runtime", machine.Runtime),
                    ("operating system", $"{machine.OperatingSystem}, {machine.Architecture}"),
                    ("processors", machine.Processors.ToString(CultureInfo.InvariantCulture)),
                    ("threads of torch", machine.TorchThreads.ToString(CultureInfo.InvariantCulture)),
                ]));
    }
}
