using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Experiments.Running;

/// <summary>
/// What an experiment found, as far as it came: printed, written as CSV and JSON, and made into the report. Owns the trained
/// models in it.
/// </summary>
internal interface IExperimentResults : IDisposable
{
    /// <summary>What is printed and written as CSV files, in this order.</summary>
    IEnumerable<Finding> Findings();

    /// <summary>The numbers, without models: tables and objects of plain properties, as JSON has them.</summary>
    object ToJson();

    /// <summary>The results as parts of the report.</summary>
    /// <param name="run">The run they are of.</param>
    /// <param name="data">The images.</param>
    IEnumerable<Section> ToSections(RunRecord run, MnistData data);
}

/// <summary>Tables to print, lines to print below them, or a table to write as a CSV file.</summary>
internal sealed record Finding
{
    public ResultTable? Shown { get; init; }

    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>The CSV file's name, without a folder.</summary>
    public string? CsvFile { get; init; }

    public ResultTable? Csv { get; init; }
}
