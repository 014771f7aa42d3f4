using System.CommandLine;
using System.Text.Json.Nodes;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Output;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Units;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief convert</c>: a model or tensors in another format.</summary>
internal sealed class ConvertCommand
{
    private const string Onnx = ".onnx";

    private readonly Argument<string> from = new("input") { Description = $"File to convert: a model, a checkpoint, tensors ({TensorFile.Endings}), or a CSV file of numbers." };
    private readonly Argument<string> to = new("output") { Description = $"File to write; its ending says the format: {TensorFile.Endings}, .csv, .tsv, or for models .onnx." };
    private readonly Option<string> format = new("--format") { Description = $"Of a model: {string.Join(", ", ModelFormats.ByName.Keys)}. Default: by the ending, deepbelief for .pt, scikit-learn for .npz of an rbm.", HelpName = "name" };
    private readonly Option<string> key = new("--key") { Description = "Convert this tensor alone.", HelpName = "name" };

    private ConvertCommand(Command command)
    {
        command.Add(from);
        command.Add(to);
        format.AcceptOnlyFromAmong([.. ModelFormats.ByName.Keys]);
        command.Add(format);
        command.Add(key);
    }

    public static Command Create()
    {
        var command = new Command("convert", "Write a model, or tensors, in another format.");
        CommandRun.Set(command, new ConvertCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        var (input, output, name) = (run.Parsed.GetValue(from)!, run.Parsed.GetValue(to)!, run.Parsed.GetValue(key));
        var isModel = name is null && FileFormat.Open(input, FileContent.IsModel);
        if (!isModel && (run.Parsed.GetValue(format) is not null || output.EndsWith(Onnx, StringComparison.OrdinalIgnoreCase)))
            throw new DataFormatException($"{input}: expected a model, for the format of {output}, found none.");
        var written = isModel ? Model(run, input, output) : Tensors(input, output, name);
        return Outcome.Of(new JsonObject { ["command"] = "convert", ["input"] = input, ["file"] = output, ["format"] = written }, $"{input} written to {output} ({written})");
    }

    private string Model(CommandRun run, string input, string output)
    {
        using var saved = SavedModel.Load(input, torch.CPU);
        if (run.Parsed.GetValue(format) is { } chosen)
        {
            saved.SaveAs(output, ModelFormats.ByName[chosen]);
            return chosen;
        }

        switch (Path.GetExtension(output))
        {
            case Onnx:
                saved.Model.SaveOnnx(output);
                return "ONNX";
            case ".pt" or ".safetensors":
            case ".npz" when saved.Model is Rbm { Visible: BernoulliUnits, Hidden: BernoulliUnits }:
                saved.SaveAs(output, ModelFormats.OfEnding(output));
                return $"{ModelFormats.OfEnding(output)}";
            default:
                return Write(output, StateDict.Of(saved.Model), null);
        }
    }

    private static string Tensors(string input, string output, string? key)
    {
        var tensors = FileFormat.Open(input, stream => TensorFile.Of(stream)?.Load(stream));
        return Write(output, tensors ?? new Dictionary<string, Tensor> { [""] = CsvTable.Load(input, CsvFile.Layout(input)).ToTensor() }, key);
    }

    private static string Write(string output, IReadOnlyDictionary<string, Tensor> tensors, string? key)
    {
        if (CsvFile.IsCsv(output))
        {
            var rows = TensorFile.Pick(tensors, key);
            CsvTable.FromTensor(rows.reshape(rows.dim() == 0 ? 1 : rows.shape[0], -1)).Save(output, CsvFile.Layout(output));
            return "CSV";
        }

        var target = TensorFile.OfEnding(output);
        target.Save(output, key is null && !target.HoldsOne ? tensors : new Dictionary<string, Tensor> { [key ?? ""] = TensorFile.Pick(tensors, key) });
        return target.Name;
    }
}
