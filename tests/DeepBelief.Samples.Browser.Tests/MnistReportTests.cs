using DeepBelief.Samples.Mnist;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Output;
using DeepBelief.Samples.Mnist.Report;
using DeepBelief.Tests.MnistProgram;
using Microsoft.Playwright;

namespace DeepBelief.Samples.Browser.Tests;

/// <summary>The report of the tables, with two seeds, on a few images.</summary>
public sealed class MnistReportTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly Lazy<Task<string>> Report = new(CreateAsync);

    [SkippableTheory]
    [Trait("Category", "Slow")]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task A_report_is_whole_at_every_width_light_and_dark(int width, ColorScheme scheme) =>
        await PageCheck.CheckAsync(browser, "mnist", await Report.Value, width, scheme);

    [SkippableFact]
    [Trait("Category", "Slow")]
    public async Task A_report_is_whole_on_paper() => await PageCheck.CheckPrintAsync(browser, "mnist", await Report.Value);

    private static async Task<string> CreateAsync()
    {
        using var data = TinyImages.Create();
        using var text = new StringWriter();
        var options = new MnistOptions { Seeds = [0, 1] };
        using var results = options.Experiment.CreateResults();
        var run = await ExperimentRun.RunAsync(options, data, new RunOutput(Terminal.Create(text, redirected: true), text), results, default);
        run.Status.Should().Be(RunStatus.Complete);
        return MnistReport.Create(run, data);
    }
}
