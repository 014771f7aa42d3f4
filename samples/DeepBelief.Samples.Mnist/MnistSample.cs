using System.Diagnostics;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Samples.Reporting.Runs;

namespace DeepBelief.Samples.Mnist;

/// <summary>The program, once it has its images.</summary>
internal static class MnistSample
{
    public const string ReportFile = "deepbelief-mnist-tables.html";

    /// <summary>Trains, prints each table as soon as it is finished, and writes it as CSV; at the end, writes the report.</summary>
    /// <param name="data">The images.</param>
    /// <param name="seeds">At least one.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="output">What the user reads.</param>
    /// <param name="cancellationToken">Stops at the next batch; what is finished is kept.</param>
    /// <returns>Whether all is finished.</returns>
    /// <exception cref="IOException">A file can't be written.</exception>
    public static bool Run(MnistSplit data, IReadOnlyList<int> seeds, string folder, RunOutput output, CancellationToken cancellationToken)
    {
        OutputFile.PrepareFolder(folder);
        var (started, clock) = (DateTimeOffset.Now, Stopwatch.StartNew());
        var stages = new List<Stage>();
        using var tables = new TableSet();
        var isComplete = true;
        try
        {
            TablesTraining.Run(
                tables,
                seeds,
                Enum.GetValues<TableKind>(),
                (seed, models) => new TablesTraining(data, Recipe.Quick(seed), models, output, stages.Add, cancellationToken),
                table =>
                {
                    output.Result(table.ToTable());
                    output.Note($"Written to {CsvTable.Write(folder, table.Definition.CsvFile, table.ToCsv())}");
                });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            isComplete = false;
        }

        var run = new RunDescription(
            FormattableString.Invariant($"dotnet run -c Release --project samples/DeepBelief.Samples.Mnist -- --seed {seeds[0]} --seeds {seeds.Count}"),
            started,
            clock.Elapsed,
            stages);
        var page = new Page(
            "MNIST with and without pre-training",
            $"What restricted Boltzmann machines and deep belief networks learned from handwritten digits.{(isComplete ? "" : " The run was cancelled; this page shows what was finished by then.")}",
            [.. TablesReport.Sections(tables, data, LossKind.Original, seeds[0]), .. run.ToSections()]);
        var report = Path.Combine(folder, ReportFile);
        OutputFile.Write(report, page.ToString());
        output.Note(FormattableString.Invariant($"{(isComplete ? "Complete" : "Cancelled")} after {clock.Elapsed.TotalSeconds:F0} s. Report: {report}"));
        return isComplete;
    }
}
