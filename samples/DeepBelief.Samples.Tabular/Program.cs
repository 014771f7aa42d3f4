// Models a table of numbers, yes-no columns and categories: draws new rows and fills gaps. Without an argument the table is
// made up; with one it is a CSV file with a header, of which empty fields, NA and the like are missing values.
using System.Globalization;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Samples.Tabular;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    var table = args.Length > 0 ? CsvTable.Load(args[0]) : SyntheticTable.Create(rows: 4000, seed: 1);
    _ = TableExperiment.Run(table, Console.Out);
    return 0;
}
catch (Exception e) when (e is IOException or ArgumentException or DataFormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
