using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.ClassificationRbms;

/// <summary>Test errors beside published ones, how training went, and digits that the machines draw.</summary>
internal static class ClassificationRbmReport
{
    private static readonly Axis Epoch = new("epoch") { IsWhole = true };
    private static readonly Axis Error = new("validation error, %") { IsLogarithmic = true };

    public static IEnumerable<Section> Sections(ClassificationRbmResults results, MnistSplit data)
    {
        if (results.Models.Count == 0)
            yield break;
        yield return Result(results);
        yield return Training(results);
        var first = results.Models[0].Seed;
        if (results.Models.Where(model => model.Seed == first && model.Settings.DrawsImages).Select(model => model.Settings.Name).ToArray() is { Length: > 0 } drawing)
            yield return ClassSamples.Create([.. drawing.Select(name => (name, results.Machines[name]))], data, first);
        var best = results.Models.Where(model => model.Seed == first).MinBy(model => model.TestError)!;
        yield return Confusions.Create(best.Settings.Name, results.Machines[best.Settings.Name], data);
    }

    private static Section Result(ClassificationRbmResults results)
    {
        var several = results.Errors.Any(row => row.TestError.Count > 1) ? " Mean ± standard deviation of the seeds; times are means." : "";
        return new(
            "Test error",
            Html.Paragraph(
                "A classification RBM has the label among its visible units, so that the probability of each class is known in closed form. "
                + "Generative training makes images and labels likely together, discriminative training makes labels likely given the images, hybrid "
                + "training does both. The last 10,000 training images were not trained on, and settings were chosen by them beforehand; the "
                + "test images were looked at once for each machine, at the end."),
            new Table(
                $"Test error beside that of {PublishedClassification.Source}, who had the same images to train and to validate.{several}",
                ["training", "hidden units", "test error", "time", "published", "hidden units there"],
                [.. results.Errors.Select(row =>
                {
                    var published = PublishedClassification.Of(row.Settings.Name);
                    return (string[])
                    [
                        row.Settings.Name, Numbers.Whole(row.Settings.Hidden), Text(row.TestError), Numbers.Time(row.Time),
                        published is null ? "" : Numbers.Percent(published.Error), published is null ? "" : Numbers.Whole(published.Hidden),
                    ];
                })]).ToHtml());
    }

    private static Section Training(ClassificationRbmResults results)
    {
        var first = results.Models[0].Seed;
        return new(
            "Training",
            Html.Figure(
                $"Seed {first}. Error on the validation images after every epoch. Learning rates fall to nearly nothing, so that the last epoch is about the best.",
                new LineChart(
                    "Validation error",
                    Epoch,
                    Error,
                    [.. results.Models.Where(model => model.Seed == first).Select(model => new Series(
                        model.Settings.Name,
                        [.. model.Epochs.Select(epoch => new SeriesPoint(epoch.Epoch, 100 * (1 - epoch.Validation!.Accuracy)))]))]).ToHtml()));
    }

    private static string Text(Statistics error) => error.StandardDeviation is { } deviation
        ? $"{Numbers.Fixed(100 * error.Mean, 2)} ± {Numbers.Percent(deviation)}"
        : Numbers.Percent(error.Mean);
}
