using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Experiments.Tables;
using DeepBelief.Samples.Mnist.Report.Models;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.Tables;

/// <summary>What the tables of the original are about, with the models of the first seed.</summary>
internal static class TablesReport
{
    // With binarised input is another task; the images shown are not binarised.
    private static readonly TableKind[] Classifiers = [.. Enum.GetValues<TableKind>().Except([TableKind.DbnBinarized])];

    public static IEnumerable<Section> Sections(TablesResults results, RunRecord run, MnistData data)
    {
        if (results.Tables.Count == 0)
            yield break;
        yield return ComparisonSection.Create(results);
        yield return FineTuningSection.Create(results, run.Options.Loss);
        yield return OriginalTablesSection.Create(results);

        var (models, seed) = (results.Models, run.Options.Seeds[0]);
        var named = new List<NamedDbn>();
        if (models.Rbm is { } rbm)
            named.Add(new("RBM", rbm.Dbn));
        if (models.Dbn is { } dbn)
            named.Add(new("DBN", dbn.Dbn));
        if (named.Count > 0)
        {
            yield return PretrainingSection.Create(models);
            yield return Filters.Create(named);
            yield return Reconstructions.Create(named, data.Original);
            yield return ChainSamples.Create(named, data.Original, seed);
            yield return Completions.Create(named[0], data.Original, seed);
            yield return DistributionsSection.Create(models, named, data.Original);
        }

        var best = Classifiers.Where(models.Classifiers.ContainsKey)
            .OrderByDescending(kind => results[kind]?.Seeds[0].Epochs[^1].TestAccuracy ?? 0)
            .ToArray();
        if (best.Length > 0)
            yield return Mistakes.Create(ConsoleTable.Title(best[0]), models.Classifiers[best[0]], data.Original);
    }
}
