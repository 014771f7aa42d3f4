using DeepBelief.Experiments;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Tests.MnistProgram;
using Microsoft.Playwright;

namespace DeepBelief.Samples.Browser.Tests;

/// <summary>The report of the tables, with two seeds, on a few images.</summary>
public sealed class MnistReportTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly Lazy<string> Report = new(Create);

    [SkippableTheory]
    [Trait("Category", "Slow")]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public Task A_report_is_whole_at_every_width_light_and_dark(int width, ColorScheme scheme) =>
        PageCheck.CheckAsync(browser, "mnist", Report.Value, width, scheme);

    [SkippableFact]
    [Trait("Category", "Slow")]
    public Task A_report_is_whole_on_paper() => PageCheck.CheckPrintAsync(browser, "mnist", Report.Value);

    private static string Create()
    {
        using var data = TinyImages.Create();
        using var text = new StringWriter();
        var options = new ExperimentOptions { Seeds = [0, 1] };
        using var results = options.Experiment.CreateResults();
        var run = ExperimentRun.Run(options, data, new RunOutput(Terminal.Create(text, redirected: true), text), results, default);
        run.Status.Should().Be(RunStatus.Complete);
        return RunReport.Create(run, data);
    }
}
