using System.Text.RegularExpressions;
using DeepBelief.Training;

namespace DeepBelief.Cli.Models;

/// <summary>In what a run differs from the one that its checkpoint is of, in the terms of the command line.</summary>
internal static partial class ResumeDifferences
{
    private const string Weights = "model/initial weights";
    private const string Data = "data/";
    private const string Model = "model";
    private const int MostShown = 40;

    private static readonly Dictionary<string, string> Options = new()
    {
        [nameof(OptimizationOptions.BatchSize)] = "--batch",
        [nameof(OptimizationOptions.LearningRate)] = "--rate",
        [nameof(OptimizationOptions.Patience)] = "--patience",
        [nameof(OptimizationOptions.Seed)] = "--seed",
    };

    private static readonly Dictionary<string, string> Rows = new()
    {
        ["training"] = "the rows",
        ["training labels"] = "the classes",
        ["validation"] = "the --validation rows",
        ["validation labels"] = "the classes of the --validation rows",
    };

    /// <summary>A line for each thing that differs.</summary>
    /// <param name="mismatch">What the library found.</param>
    /// <param name="epochs">The option of the run's epochs.</param>
    public static string Text(CheckpointMismatchException mismatch, string epochs = "--epochs")
    {
        var differences = mismatch.Differences.Select(text => Difference.Match(text)).Where(match => match.Success)
            .Select(match => (Name: match.Groups["name"].Value, Theirs: match.Groups["theirs"].Value, Ours: match.Groups["ours"].Value)).ToList();
        var file = mismatch.Message.Split(" is the checkpoint of another run.")[0];
        var lines = differences.Where(difference => difference.Name != Weights).Select(difference => Line(difference, epochs)).OfType<string>().Distinct().ToList();
        // Weights, and what the options don't say, follow from the rest; or it was another version of the tool.
        if (lines.Count == 0)
            lines.Add("other weights to begin with, or other settings, as those of another version of the tool");
        return string.Join(Environment.NewLine, [$"{file} is the checkpoint of another run:", .. lines.Select(line => $"  {line}"), "The same options go on with it; another --checkpoint begins anew."]);
    }

    private static string? Line((string Name, string Theirs, string Ours) difference, string epochs)
    {
        var (name, theirs, ours) = difference;
        var setting = name[(name.LastIndexOf('/') + 1)..];
        if ((setting == nameof(OptimizationOptions.Epochs) ? epochs : Options.GetValueOrDefault(setting)) is { } option)
            return $"{option}: {Short(theirs)} in the checkpoint, {Short(ours)} here";
        if (name.StartsWith(Data, StringComparison.Ordinal))
            return $"{Rows.GetValueOrDefault(name[Data.Length..], name[Data.Length..])}: others";
        return name.StartsWith(Model, StringComparison.Ordinal) ? "the model: other layers or units (--hidden, --hidden-units, --units, the columns)"
            : name == "device" ? $"--device: {theirs} in the checkpoint, {ours} here"
            : null;
    }

    private static string Short(string text) => text switch
    {
        "none" => "the default",
        { Length: > MostShown } => $"{text[..MostShown]}...",
        _ => text,
    };

    [GeneratedRegex(@"\A(?<name>.*?): (?<theirs>.*) in the checkpoint, (?<ours>.*) in this run\z", RegexOptions.Singleline)]
    private static partial Regex Difference { get; }
}
