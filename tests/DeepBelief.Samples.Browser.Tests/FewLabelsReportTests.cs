using DeepBelief.Experiments;
using DeepBelief.Experiments.FewLabels;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Tests.MnistProgram;
using Microsoft.Playwright;

namespace DeepBelief.Samples.Browser.Tests;

/// <summary>The report of few labels, with invented figures of the usual lengths.</summary>
public sealed class FewLabelsReportTests(Browser browser) : IClassFixture<Browser>
{
    [SkippableTheory]
    [Trait("Category", "Slow")]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public Task A_report_is_whole(int width, ColorScheme scheme) => PageCheck.CheckAsync(browser, "few-labels", Create(), width, scheme);

    [SkippableFact]
    [Trait("Category", "Slow")]
    public async Task Its_tables_fit_a_phone()
    {
        var path = await PageCheck.WriteAsync("few-labels-phone", Create());
        await using var page = await browser.OpenAsync(path, 390, ColorScheme.Light);

        (await page.ScrollingAsync()).Should().OnlyContain(name => name.StartsWith("Training took place") || name == "Command");
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public Task A_report_is_whole_on_paper() => PageCheck.CheckPrintAsync(browser, "few-labels", Create());

    private static string Create()
    {
        using var data = TinyImages.Create();
        using var results = new FewLabelsResults();
        foreach (var labels in new[] { 100, 1_000, 10_000, 60_000 })
        {
            foreach (var (start, accuracy) in Enum.GetValues<StartingWeights>().Zip([0.845, 0.79, 0.776]))
            {
                results.Add(new(0, labels, 0, start, accuracy + (labels * 1e-6), default));
                results.Add(new(0, labels, 1, start, accuracy + (labels * 2e-6) + 0.03, default));
            }
        }

        foreach (var (teaching, accuracy) in new[] { (Teaching.Longer, 0.8421), (Teaching.Unlabelled, 0.9801) })
            results.Add(new(0, 100, 0, StartingWeights.Pretrained, accuracy, default) { Teaching = teaching });

        var options = new ExperimentOptions { Experiment = new FewLabelsExperiment() };
        var stage = new Stage("1,000 labels from shuffled weights, draw 3", 2, TimeSpan.FromSeconds(12), 40_000)
        {
            Settings = [StageSettings.Of("1,000 labels from shuffled weights", new ClassifierTrainingOptions())],
        };
        return RunReport.Create(new RunRecord("few-labels", options, default, default, RunStatus.Complete, null, [stage], results), data);
    }
}
