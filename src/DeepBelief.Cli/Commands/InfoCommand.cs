using System.CommandLine;
using System.Text.Json.Nodes;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Output;
using DeepBelief.Files;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief info</c>: what is in a file.</summary>
internal sealed class InfoCommand
{
    private readonly Argument<string> file = new("file") { Description = $"A model, a checkpoint, tensors ({TensorFile.Endings}), a table encoder or a CSV file." };

    private InfoCommand(Command command) => command.Add(file);

    public static Command Create()
    {
        var command = new Command("info", "Say what is in a file: kind of model, names, types and shapes of tensors, columns. Nothing in it is run.");
        CommandRun.Set(command, new InfoCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        var path = run.Parsed.GetValue(file)!;
        var content = FileFormat.Open(path, stream => FileContent.Of(stream, CsvFile.Layout(path)));
        var json = new JsonObject { ["command"] = "info", ["file"] = path, ["format"] = content.Format };
        foreach (var (name, value) in content.Json)
            json[name] = value?.DeepClone();
        List<string> lines = [$"{path}: {content.Format}", .. content.Lines];
        foreach (var beside in new[] { SavedModel.EncoderFile(path), SavedModel.ClassesFile(path) }.Where(File.Exists))
        {
            json[beside.EndsWith(".labels.json", StringComparison.Ordinal) ? "labels" : "encoder"] = beside;
            lines.Add($"beside it: {beside}");
        }

        return Outcome.Of(json, lines.Select(PlainText.Of));
    }
}
