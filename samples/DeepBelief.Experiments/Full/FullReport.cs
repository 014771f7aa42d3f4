using System.Xml.Linq;
using DeepBelief.Evaluation;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Full;

/// <summary>All images of a set: what was chosen, the curve of error against time, and the test error beside published ones.</summary>
internal static class FullReport
{
    private static readonly Axis Minutes = new("minutes of fine-tuning") { Include = 0 };
    private static readonly Axis Error = new("error, %") { IsLogarithmic = true };

    public static IEnumerable<Section> Sections(FullResults results, ImageSet images, MnistData data)
    {
        if (results.TestError is not null)
            yield return Result(results);
        if (results.Trials.Count > 0)
            yield return Choice(results);
        if (results.Seeds.Count > 0)
            yield return PretrainingCurves.Create(results.Seeds[0].Layers, "All training images are learned from, and none held out.", results.Best!.Candidate.Network.Learning);
        if (results.Classifier is { } classifier)
            yield return Mistakes.Create($"The classifier of seed {results.Seeds[0].Seed}", classifier, data.Whole, images.Classes, results.TestInputs);
    }

    private static Section Result(FullResults results)
    {
        var times = results.Trials.DistinctBy(trial => trial.Candidate.Network).Count() > 1 ? " The time of validation has the pre-training of networks that were not chosen." : "";
        return new(
            "Test error",
            Html.Paragraph(
                "Pre-trained on the 60,000 training images without their labels, then fine-tuned on all of them in the way that did "
                + $"best on the last {Numbers.Whole(results.Recipe!.ValidationRows)} while those were left out. "
                + (results.Seeds.Count > 1 ? "That was chosen once, with the first seed. The test images were looked at once for each seed, at the end." : "The test images were looked at once, at the end.")),
            results.Errors().ToHtml((results.Recipe.Published.Count > 0
                ? "Test error on the 10,000 test images, beside published ones of models that, too, know nothing of the pixels' places."
                : "Test error on the 10,000 test images.") + times));
    }

    private static Section Choice(FullResults results)
    {
        var series = results.Trials.Select(trial => new Series($"{trial.Candidate.Name}: validation", Points(trial.Epochs, epoch => epoch.Validation))).ToList();
        if (results.Seeds is [{ Epochs.Count: > 0 } first, ..])
        {
            series.Add(new("all training images: training", Points(first.Epochs, epoch => epoch.Train)) { IsDashed = true });
            series.Add(new("all training images: test, once", new SeriesPoint(first.TrainingTime.TotalMinutes, 100 * first.TestError!.Value)));
        }

        return new(
            "Error against time",
            [
                .. results.Choice is { } choice ? [Html.Paragraph(choice)] : Array.Empty<XElement>(),
                Html.Figure(
                    $"Seed {results.Trials[0].Seed}. Each way to learn was tried without the validation images and scored on them after every epoch; the best "
                    + "one then had all training images. Errors on training images are of a sample of them.",
                    new LineChart("Error against time", Minutes, Error, series).ToHtml()),
                results.Choices().ToHtml($"What validation had to choose from, seed {results.Trials[0].Seed}; times of trials are without pre-training."),
            ]);
    }

    private static SeriesPoint[] Points(IReadOnlyList<ClassifierMetrics> epochs, Func<ClassifierMetrics, ClassifierScore?> score) =>
        [.. epochs.Select(epoch => new SeriesPoint(epoch.Elapsed.TotalMinutes, 100 * (1 - score(epoch)?.Accuracy ?? double.NaN)))];
}
