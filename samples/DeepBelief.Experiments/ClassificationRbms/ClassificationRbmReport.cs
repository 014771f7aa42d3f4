using System.Globalization;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using TorchSharp;

namespace DeepBelief.Experiments.ClassificationRbms;

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
        yield return Mistakes(best.Settings.Name, results.Machines[best.Settings.Name], data);
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
            results.ToTable().ToHtml(
                $"Test error beside that of {PublishedClassification.Source}, who had the same images to train and to validate.{several}"));
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

    // What a machine takes test images for.
    private static Section Mistakes(string name, ClassificationRbm machine, MnistSplit data)
    {
        using var scope = torch.NewDisposeScope();
        var labels = data.TestLabels.cpu().data<long>().ToArray();
        var predictions = machine.Predict(data.TestImages).cpu().data<long>().ToArray();
        var matrix = new ConfusionMatrix((int)machine.Classes, labels.Zip(predictions, (label, prediction) => ((int)label, (int)prediction)));
        return new(
            "Mistakes",
            matrix.ToHtml(
                $"Test images and the {name} machine: a row for each true digit, a column for what it was taken for. The redder, the more mistakes; last, the share that is right.",
                [.. Enumerable.Range(0, (int)machine.Classes).Select(digit => digit.ToString(CultureInfo.InvariantCulture))]));
    }
}
