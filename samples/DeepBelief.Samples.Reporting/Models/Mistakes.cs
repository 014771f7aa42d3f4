using System.Globalization;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Models;

/// <summary>What a classifier gets wrong.</summary>
public static class Mistakes
{
    private const int Worst = 30;
    private const long BatchSize = 2000;
    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(digit => digit.ToString(CultureInfo.InvariantCulture))];

    /// <param name="name">What to call the classifier.</param>
    /// <param name="classifier">Gives logits.</param>
    /// <param name="data">For its test images.</param>
    /// <param name="classes">Their names; null: digits.</param>
    /// <param name="inputs">What the classifier sees of each test image; null: the images.</param>
    public static Section Create(string name, Classifier classifier, MnistSplit data, IReadOnlyList<string>? classes = null, torch.Tensor? inputs = null)
    {
        using var scope = torch.NewDisposeScope();
        classes ??= Digits;
        var predictions = Predict(classifier, data, inputs);
        var matrix = new ConfusionMatrix(classes.Count, predictions.Select(p => (p.Label, p.Class)));
        var wrong = predictions.Where(p => p.Class != p.Label).OrderBy(p => p.OfLabel).ToArray();
        var worst = wrong.Take(Worst).Select(p => (
            $"{classes[p.Label]} as {classes[p.Class]}, {Numbers.Percent(p.OfClass, p.OfClass > 0.99 ? 2 : 0).Replace(' ', '\u00a0')}",
            Pictures.Digits(data.TestImages.narrow(0, p.Image, 1), 1, $"{classes[p.Label]}, taken for {classes[p.Class]}", enlarge: 3)));
        return new(
            "Mistakes",
            Html.Paragraph(
                $"{name}: {Numbers.Whole(wrong.Length)} of {Numbers.Whole(predictions.Count)} test images are taken for another class, "
                + $"{Numbers.Percent((double)wrong.Length / predictions.Count)}."),
            matrix.ToHtml("A row for each true class, a column for what it was taken for. The redder, the more mistakes; last, the share that is right.", classes),
            Html.Figure(
                "The worst mistakes: those images whose true class the classifier thinks least likely. Below each the true class, what it was "
                + "taken for, and the probability that the classifier gave to that.",
                Html.Panels(worst)));
    }

    /// <summary>What a classifier says of each test image.</summary>
    /// <param name="classifier">Gives logits.</param>
    /// <param name="data">For its test images.</param>
    /// <param name="inputs">What the classifier sees of each test image; null: the images.</param>
    public static IReadOnlyList<Prediction> Predict(Classifier classifier, MnistSplit data, torch.Tensor? inputs = null)
    {
        inputs ??= data.TestImages;
        using var noGrad = torch.no_grad();
        classifier.eval();
        using var allLabels = data.TestLabels.cpu();
        var labels = allLabels.data<long>().ToArray();
        var predictions = new List<Prediction>(labels.Length);
        for (var start = 0L; start < labels.Length; start += BatchSize)
        {
            using var scope = torch.NewDisposeScope();
            var rows = inputs.narrow(0, start, Math.Min(BatchSize, labels.Length - start));
            var shares = classifier.forward(rows).softmax(1).to(torch.ScalarType.Float32);
            foreach (var row in shares.cpu().data<float>().ToArray().Chunk((int)shares.shape[1]))
            {
                var likeliest = Array.IndexOf(row, row.Max());
                var label = (int)labels[predictions.Count];
                predictions.Add(new(predictions.Count, label, likeliest, row[likeliest], row[label]));
            }
        }

        return predictions;
    }

    /// <summary>What a classifier says of an image.</summary>
    /// <param name="Image">Its row.</param>
    /// <param name="Label">Its true class.</param>
    /// <param name="Class">The one that is most likely.</param>
    /// <param name="OfClass">How likely that is, from 0 to 1.</param>
    /// <param name="OfLabel">How likely the true one is.</param>
    public sealed record Prediction(int Image, int Label, int Class, float OfClass, float OfLabel);
}
