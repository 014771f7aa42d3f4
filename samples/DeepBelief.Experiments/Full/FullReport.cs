using DeepBelief.Evaluation;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Full;

/// <summary>All of MNIST: what was chosen, the curve of error against time, and the test error beside published ones.</summary>
internal static class FullReport
{
    private static readonly Axis Minutes = new("minutes of fine-tuning") { Include = 0 };
    private static readonly Axis Error = new("error, %") { IsLogarithmic = true };

    public static IEnumerable<Section> Sections(FullResults results, IReadOnlyList<long>? sizes, MnistData data)
    {
        if (results.Seeds.Count == 0)
            yield break;
        var first = results.Seeds[0];
        if (results.TestError is not null)
            yield return Result(results);
        if (first.Trials.Count > 0)
            yield return Choice(first);
        if (sizes is not null)
        {
            yield return PretrainingCurves.Create(
                [.. first.Pretraining.Select((history, i) => new LayerHistory($"layer {i + 1}, {sizes[i]}-{sizes[i + 1]}", sizes[i], history))],
                "All training images are learned from, and none held out.");
        }

        if (results.Classifier is { } classifier)
            yield return Mistakes.Create($"The classifier of seed {first.Seed}", classifier, data.Whole);
    }

    private static Section Result(FullResults results) => new(
        "Test error",
        Html.Paragraph(
            "Pre-trained on the 60,000 training images without their labels, then fine-tuned on all of them with the settings that did "
            + "best on the last 10,000 while those were left out. The test images were looked at once, at the end."),
        results.Errors().ToHtml("Test error on the 10,000 test images, beside published ones of models that, too, know nothing of the pixels' places."));

    private static Section Choice(FullResult seed)
    {
        var series = seed.Trials.Select(trial => new Series($"{trial.Settings.Name}: validation", Points(trial.Epochs, epoch => epoch.Validation))).ToList();
        if (seed.Epochs.Count > 0)
            series.Add(new("all training images: training", Points(seed.Epochs, epoch => epoch.Train)) { IsDashed = true });
        if (seed.TestError is { } error)
            series.Add(new("all training images: test, once", new SeriesPoint(seed.TrainingTime.TotalMinutes, 100 * error)));
        return new(
            "Error against time",
            Html.Figure(
                $"Seed {seed.Seed}. Each way to fine-tune was tried without the validation images and scored on them after every epoch; the best "
                + "one then had all training images. Errors on training images are of a sample of them.",
                new LineChart("Error against time", Minutes, Error, series).ToHtml()),
            FullResults.Choices(seed).ToHtml($"What validation had to choose from, seed {seed.Seed}."));
    }

    private static SeriesPoint[] Points(IReadOnlyList<ClassifierMetrics> epochs, Func<ClassifierMetrics, ClassifierScore?> score) =>
        [.. epochs.Select(epoch => new SeriesPoint(epoch.Elapsed.TotalMinutes, 100 * (1 - score(epoch)?.Accuracy ?? double.NaN)))];
}
