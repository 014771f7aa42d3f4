using System.CommandLine;
using System.Text.Json.Nodes;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Options;
using DeepBelief.Cli.Output;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Units;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief convert</c>: a model or tensors in another format.</summary>
internal sealed class ConvertCommand
{
    private const string Onnx = ".onnx";
    private const string OnnxName = "ONNX";
    private const string StateDictName = "state-dict";

    private readonly FileArgument from = new("input")
    {
        Description = $"File to convert: a model, a checkpoint, tensors ({TensorFile.Shown}), or a CSV file of numbers; of tensors and CSV, - is standard input.",
        Use = new() { CanBeStandard = true, Beside = SavedModel.Beside },
    };

    private readonly FileArgument to = new("output")
    {
        Description = $"File to write; its ending says the format: {TensorFile.Shown}, .csv, .tsv, or for models .onnx; - is CSV on standard output.",
        Use = new() { IsWritten = true, CanBeStandard = true, Endings = [.. TensorFile.AllEndings, .. CsvFile.Endings, Onnx], Beside = SavedModel.Beside },
    };

    private readonly Option<string> format = new("--format") { Description = $"Of a model: {string.Join(", ", ModelFormats.ByName.Keys)}. Default: by the ending, deepbelief for .pt, scikit-learn for .npz of an rbm.", HelpName = "name" };
    private readonly Option<string> key = new("--key") { Description = "Convert this tensor alone.", HelpName = "name" };
    private readonly TableOptions tables;

    private ConvertCommand(Command command)
    {
        command.Add(from);
        command.Add(to);
        format.AcceptOnlyFromAmong([.. ModelFormats.ByName.Keys]);
        command.Add(format);
        command.Add(key);
        tables = new TableOptions(command);
    }

    public static Command Create()
    {
        var command = new Command("convert", "Write a model, or tensors, in another format.");
        CommandRun.Set(command, new ConvertCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        var (input, output, name, chosen) = (run.Parsed.GetValue(from)!, run.Parsed.GetValue(to)!, run.Parsed.GetValue(key), run.Parsed.GetValue(format));
        Check(run, output, name, chosen);
        var needsModel = chosen is not null || output.HasEnding(Onnx);
        var isModel = name is null && input != FileUse.Standard && (run.Open(input, FileContent.IsModel) || (needsModel && StateDictMachine.Of(run, input) is not null));
        if (!isModel && needsModel)
            throw new DataFormatException($"{CommandRun.Shown(input)}: expected a model{(name is null ? " in a file" : ", as --key takes tensors out of it")}, for the format of {output}, found none.");
        if (!isModel)
            return Tensors(Read(run, input, name), input, output, name);
        tables.ExpectNone(run.Parsed, input);
        using var saved = SavedModel.Load(run, input, torch.CPU);
        var written = output == FileUse.Standard ? null : Model(saved, output, chosen);
        WarnOfLosses(run, saved, output, written);
        return written is null ? Tensors(StateDict.Of(saved.Model), input, output, null) : Written(input, output, written);
    }

    // What the file does not say, and no one can read back from it.
    private static void WarnOfLosses(CommandRun run, SavedModel saved, string output, string? written)
    {
        var name = output == FileUse.Standard ? "CSV" : output;
        if (written is null || written == StateDictName)
            run.Warn($"{name} has the tensors alone, and says neither that they are of a model of kind {saved.Kind} nor of which kinds its units or layers are. The formats deepbelief (.pt) and safetensors keep both.");
        if (saved.Encoder is not null && (written is null || written == OnnxName))
            run.Warn($"{name} does not keep the columns of the model's table: its rows are the numbers of the units that the encoder makes of them.");
    }

    private static void Check(CommandRun run, string output, string? key, string? chosen)
    {
        if (chosen is not null && key is not null)
            throw new UsageException("--format is for models, --key for tensors: expected one of them, found both.");
        if (chosen is not null && !output.HasEnding(ModelFormats.EndingsOf(ModelFormats.ByName[chosen])))
            throw new UsageException($"--format {chosen}: expected an output that ends with {string.Join(" or ", ModelFormats.EndingsOf(ModelFormats.ByName[chosen]))}, found {output}.");
        if (output == FileUse.Standard && run.IsJson)
            throw new UsageException("--json and the output '-' both go to standard output: expected one of them, found both.");
    }

    // The format's name; null if the output is one of tensors alone.
    private static string? Model(SavedModel saved, string output, string? chosen)
    {
        if (chosen is not null)
        {
            saved.SaveAs(output, ModelFormats.ByName[chosen]);
            return chosen;
        }

        if (output.HasEnding(Onnx))
        {
            saved.Model.SaveOnnx(output);
            return OnnxName;
        }

        if (!output.HasEnding(ModelFormats.Endings))
            return null;
        var own = ModelFormats.OfEnding(output);
        if (own == ModelFormat.ScikitLearn && saved.Model is not Rbm { Visible: BernoulliUnits, Hidden: BernoulliUnits })
            return null;
        saved.SaveAs(output, own);
        return $"{own}";
    }

    private static Outcome Tensors(IReadOnlyDictionary<string, Tensor> tensors, string input, string output, string? name)
    {
        if (output == FileUse.Standard || CsvFile.IsCsv(output))
        {
            var rows = TensorFile.Pick(tensors, name, CommandRun.Shown(input));
            var table = CsvTable.FromTensor(rows.dim() < 2 ? rows.reshape(-1, 1) : rows.flatten(1));
            if (output == FileUse.Standard)
                return new(new JsonObject(), CsvFile.Text(table));
            table.Save(output, CsvFile.Layout(output));
            return Written(input, output, FileContent.Csv);
        }

        var target = TensorFile.OfEnding(output);
        target.Save(output, name is null && !target.HoldsOne ? tensors : new Dictionary<string, Tensor> { [name ?? ""] = TensorFile.Pick(tensors, name, CommandRun.Shown(input)) });
        return Written(input, output, target.Name);
    }

    private IReadOnlyDictionary<string, Tensor> Read(CommandRun run, string input, string? name)
    {
        var layout = tables.Layout(run.Parsed, input);
        var (tensors, isTable) = run.Open(input, stream =>
        {
            if (TensorFile.OfFile(stream, input, layout) is { } found)
                return (found.Load(stream), false);
            var table = CsvTable.Load(stream, layout);
            run.Warn(DelimiterHint.Of(table, CommandRun.Shown(input)));
            return (new Dictionary<string, Tensor> { [""] = table.ToTensor() }, true);
        });
        if (!isTable)
            tables.ExpectNone(run.Parsed, CommandRun.Shown(input));
        else if (name is not null)
            throw new UsageException($"--key is for files of tensors; {CommandRun.Shown(input)} is a CSV file.");
        return tensors;
    }

    private static Outcome Written(string input, string output, string format) => Outcome.Of(
        new JsonObject { ["command"] = "convert", ["input"] = input, ["file"] = output, ["format"] = format },
        $"{CommandRun.Shown(input)} written to {output} ({format})");
}
