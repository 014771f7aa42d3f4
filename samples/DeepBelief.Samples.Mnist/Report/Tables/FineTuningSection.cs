using System.Xml.Linq;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Experiments.Tables;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.Tables;

/// <summary>Accuracy and loss per epoch of fine-tuning.</summary>
internal static class FineTuningSection
{
    private static readonly Axis Epoch = new("epoch of fine-tuning") { IsWhole = true };

    public static Section Create(TablesResults results, LossKind loss)
    {
        var losses = new Axis(loss == LossKind.Original ? "loss as the original takes it, nats" : "cross-entropy, nats");
        return new(
            "Fine-tuning",
            [
                Html.Paragraph(
                    "Accuracy and loss after each epoch: whole lines on the test images, dashed ones on the training images. Where they "
                    + "part, the network knows its training images better than digits."
                    + (loss == LossKind.Original ? " The original's loss takes a softmax of a softmax and is never below 1.4612." : "")),
                .. Charts(results, losses, "RBM 784-2500-10", TableKind.Rbm, TableKind.RbmPretrained, TableKind.RbmControl),
                .. Charts(results, losses, "DBN 784-512-128-64-10", TableKind.Dbn, TableKind.DbnPretrained, TableKind.DbnControl, TableKind.DbnBinarized),
            ]);
    }

    private static IEnumerable<XElement> Charts(TablesResults results, Axis losses, string network, params TableKind[] kinds)
    {
        TableResult[] tables = [.. kinds.Select(kind => results[kind]).OfType<TableResult>()];
        if (tables.Length > 0)
        {
            yield return Html.SideBySide(
                Chart($"{network}: accuracy", new("accuracy, %"), tables, row => row.TestAccuracy, row => row.TrainAccuracy, 100),
                Chart($"{network}: loss", losses, tables, row => row.TestLoss, row => row.TrainLoss, 1));
        }
    }

    private static XElement Chart(
        string title, Axis y, TableResult[] tables, Func<EpochStatistics, Statistics> test, Func<EpochStatistics, Statistics> train, double unit) =>
        new LineChart(title, Epoch, y, [.. tables.SelectMany(table => (Series[])
        [
            new($"{Start(table.Kind)}, test", Points(table, test, unit)) { Style = Style(table.Kind) },
            new($"{Start(table.Kind)}, training", Points(table, train, unit)) { Style = Style(table.Kind), IsDashed = true },
        ])]).ToHtml();

    // That with binarised input goes on where pre-training ended.
    private static SeriesPoint[] Points(TableResult table, Func<EpochStatistics, Statistics> figure, double unit)
    {
        EpochStatistics[] epochs = [.. table.Epochs];
        var before = table.Kind == TableKind.DbnBinarized ? epochs.Length : 0;
        return [.. epochs.Select(row => new SeriesPoint(before + row.Epoch, unit * figure(row).Mean, unit * figure(row).StandardDeviation ?? 0))];
    }

    private static string Start(TableKind kind) => kind switch
    {
        TableKind.Rbm or TableKind.Dbn => "random",
        TableKind.RbmControl or TableKind.DbnControl => "control",
        TableKind.DbnBinarized => "then binarised",
        _ => "pre-trained",
    };

    private static int Style(TableKind kind) => kind switch
    {
        TableKind.Rbm or TableKind.Dbn => 1,
        TableKind.RbmControl or TableKind.DbnControl => 2,
        TableKind.DbnBinarized => 3,
        _ => 0,
    };
}
