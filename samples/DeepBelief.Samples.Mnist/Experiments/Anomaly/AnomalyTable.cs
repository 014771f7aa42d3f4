using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Experiments.Anomaly;

/// <summary>Areas under the ROC curve for the console.</summary>
internal static class AnomalyTable
{
    public static Table Create(AnomalyResults results)
    {
        var table = new Table { Title = new TableTitle("Test digits against other images, by free energy"), Border = TableBorder.Rounded };
        table.AddColumn(new TableColumn("images").NoWrap());
        table.AddColumn(new TableColumn("AUROC").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("mean free energy").RightAligned().NoWrap());
        foreach (var (name, area) in results.Areas)
            table.AddRow(name, area.ToString(), Mean(results.Seeds.SelectMany(seed => seed.Others).Where(set => set.Name == name).SelectMany(set => set.FreeEnergies)));
        table.AddRow("test digits", "", Mean(results.Seeds.SelectMany(seed => seed.Digits)));
        return table;
    }

    private static string Mean(IEnumerable<float> energies) => energies.Average().ToString("F1", CultureInfo.InvariantCulture);
}
