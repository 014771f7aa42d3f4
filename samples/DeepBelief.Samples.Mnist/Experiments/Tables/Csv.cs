using System.Globalization;
using System.Text;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>A table as a CSV file with the original's file name, header and columns.</summary>
internal static class Csv
{
    public static string FileName(TableKind kind) => kind switch
    {
        TableKind.Rbm => "RBM_without_pretraining_classifier.csv",
        TableKind.RbmPretrained => "RBM_pretrained_classifier.csv",
        TableKind.Dbn => "DBN_without_pretraining_classifier.csv",
        TableKind.DbnPretrained => "DBN_with_pretraining_classifier.csv",
        TableKind.DbnBinarized => "DBN_with_pretraining_and_input_binarization_classifier.csv",
        TableKind.RbmControl => "RBM_control_classifier.csv",
        TableKind.DbnControl => "DBN_control_classifier.csv",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not one of the tables."),
    };

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<string> WriteAsync(string folder, TableResult table, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName(table.Kind));
        await OutputFile.WriteAsync(path, Format(table), cancellationToken);
        return path;
    }

    // Several seeds have a column of their own, before the original's.
    private static string Format(TableResult table)
    {
        var several = table.Seeds.Count > 1;
        var text = new StringBuilder(several ? "seed," : "").Append("epochs,test loss,train loss,test acc,train acc\n");
        foreach (var seed in table.Seeds)
        {
            foreach (var row in seed.Epochs)
            {
                if (several)
                    text.Append(CultureInfo.InvariantCulture, $"{seed.Seed},");
                text.Append(CultureInfo.InvariantCulture, $"{row.Epoch}.0,{row.TestLoss:R},{row.TrainLoss:R},")
                    .Append(CultureInfo.InvariantCulture, $"{row.TestAccuracy:R},{row.TrainAccuracy:R}\n");
            }
        }

        return text.ToString();
    }
}
