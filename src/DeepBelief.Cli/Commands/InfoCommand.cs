using System.CommandLine;
using System.Text.Json.Nodes;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Options;
using DeepBelief.Cli.Output;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief info</c>: what is in a file.</summary>
internal sealed class InfoCommand
{
    private readonly FileArgument file = new("file") { Description = $"A model, a checkpoint, tensors ({TensorFile.Shown}), a table encoder or a CSV file; - is standard input.", Use = new() { CanBeStandard = true } };
    private readonly TableOptions tables;

    private InfoCommand(Command command)
    {
        command.Add(file);
        tables = new TableOptions(command);
    }

    public static Command Create()
    {
        var command = new Command("info", "Say what is in a file: kind of model, names, types and shapes of tensors, columns. Nothing in it is run.");
        CommandRun.Set(command, new InfoCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        var path = run.Parsed.GetValue(file)!;
        var content = run.Open(path, stream => FileContent.Of(stream, path, tables.Layout(run.Parsed, path)));
        run.Warn(content.Warning);
        if (content.Format != FileContent.Csv)
            tables.ExpectNone(run.Parsed, CommandRun.Shown(path));
        var json = new JsonObject { ["command"] = "info", ["file"] = path, ["format"] = content.Format };
        foreach (var (name, value) in content.Json)
            json[name] = value?.DeepClone();
        List<string> lines = [$"{CommandRun.Shown(path)}: {content.Format}", .. content.Lines];
        foreach (var beside in new[] { SavedModel.EncoderFile(path), SavedModel.ClassesFile(path) }.Where(File.Exists))
        {
            json[beside.EndsWith(".labels.json", StringComparison.Ordinal) ? "labels" : "encoder"] = beside;
            lines.Add($"beside it: {beside}");
        }

        return Outcome.Of(json, lines.Select(PlainText.Of));
    }
}
