using System.CommandLine;
using System.Text.Json.Nodes;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Options;

namespace DeepBelief.Cli.Models;

/// <summary>The arguments of commands that have a saved model work on rows: the model, the rows, the device.</summary>
internal sealed class ModelCommand
{
    private readonly FileArgument model = new("model") { Description = "File of the model, as fit and the library save it.", Use = new() { Beside = SavedModel.Beside } };
    private readonly DataOptions? data;

    /// <summary>Adds arguments and options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="takesRows">False if it works on no rows.</param>
    /// <param name="hasSeed">True if it draws.</param>
    public ModelCommand(Command command, bool takesRows, bool hasSeed)
    {
        command.Add(model);
        data = takesRows ? new DataOptions(command) : null;
        Device = new DeviceOption(command, hasSeed);
    }

    /// <summary>Where to compute, and the seed.</summary>
    public DeviceOption Device { get; }

    /// <summary>How files of rows are read.</summary>
    public DataOptions Data => data!;

    /// <summary>Loads the model.</summary>
    public SavedModel Load(CommandRun run) => SavedModel.Load(run, run.Parsed.GetValue(model)!, Device.Device(run));

    /// <summary>The beginning of the document.</summary>
    public JsonObject Document(CommandRun run, SavedModel saved) => new()
    {
        ["command"] = run.Parsed.CommandResult.Command.Name,
        ["model"] = run.Parsed.GetValue(model),
        ["kind"] = saved.Kind,
    };

    /// <summary>Names of columns of one kind.</summary>
    public static IReadOnlyList<string> Names(string name, long columns) => [.. Enumerable.Range(1, (int)columns).Select(i => FormattableString.Invariant($"{name}{i}"))];
}
