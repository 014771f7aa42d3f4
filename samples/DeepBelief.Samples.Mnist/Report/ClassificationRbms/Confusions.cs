using System.Globalization;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Report.ClassificationRbms;

/// <summary>What a machine takes test images for.</summary>
internal static class Confusions
{
    public static Section Create(string name, ClassificationRbm machine, MnistSplit data)
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
