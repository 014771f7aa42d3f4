using System.CommandLine;
using System.Runtime.InteropServices;
using DeepBelief.Cli.Options;
using DeepBelief.Cli.Output;
using DeepBelief.Files;
using DeepBelief.Training;

namespace DeepBelief.Cli;

/// <summary>What a command has to work with while it runs.</summary>
/// <param name="Parsed">Its arguments and options.</param>
/// <param name="IsJson">True if the outcome is printed as JSON.</param>
/// <param name="Progress">Where it shows how far it is.</param>
/// <param name="CancellationToken">Stops it.</param>
internal sealed record CommandRun(ParseResult Parsed, bool IsJson, ProgressBar Progress, CancellationToken CancellationToken)
{
    private readonly List<string> warnings = [];

    // What comes once alone: from standard input, or through a pipe in the place of a file.
    private readonly Dictionary<string, MemoryStream> received = [];

    /// <summary>What the user should know, and the command goes on.</summary>
    public void Warn(string? text)
    {
        if (text is not null)
            warnings.Add(Messages.Here(text));
    }

    /// <summary>True if an option was given.</summary>
    public bool Has(Option option) => Parsed.GetResult(option) is { Implicit: false };

    /// <summary>Reads a file, or standard input, as often as is asked for; prefixes error messages with its name.</summary>
    public T Open<T>(string path, Func<Stream, T> read)
    {
        using var content = Content(path);
        try
        {
            return read(content);
        }
        catch (Exception e) when (e is DataFormatException or ArgumentException)
        {
            throw new DataFormatException($"{Shown(path)}: {Messages.Text(e)}", e);
        }
    }

    /// <summary>What messages call a file to read.</summary>
    public static string Shown(string path) => path == FileUse.Standard ? "standard input" : path;

    /// <summary>Has a command do its work and report it: its outcome on standard output, all else on standard error.</summary>
    public static void Set(Command command, Func<CommandRun, Outcome> work)
    {
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON document." };
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, parsed.GetValue(json), work, cancellationToken)));
    }

    private Stream Content(string path)
    {
        if (!received.TryGetValue(path, out var all))
        {
            var content = path == FileUse.Standard ? FileStreams.InMemory(((Invocation)Parsed.InvocationConfiguration).Input(), Shown(path)) : FileStreams.OpenRead(path);
            if (content is not MemoryStream memory)
                return content;
            received[path] = all = memory;
        }

        return new MemoryStream(all.GetBuffer(), 0, (int)all.Length, writable: false);
    }

    private static int Run(ParseResult parsed, bool asJson, Func<CommandRun, Outcome> work, CancellationToken cancellationToken)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var run = new CommandRun(parsed, asJson, new ProgressBar(error), cancellationToken);
        try
        {
            FilePaths.Check(parsed);
            using var scope = torch.NewDisposeScope();
            var outcome = Reported();
            output.Write(asJson ? outcome.ToJson(run.warnings) : outcome.Text);
            return ExitCode.Success;
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            error.WriteLine(e is CancelledException ? e.Message : "Cancelled; nothing was written.");
            return ExitCode.Cancelled;
        }
        catch (UsageException e)
        {
            error.WriteLine($"error: {e.Message}");
            return ExitCode.Usage;
        }
        catch (Exception e) when (IsExpected(e))
        {
            error.WriteLine($"error: {PlainText.Of(Messages.Text(e))}");
            return ExitCode.Failure;
        }

        // A warning may explain the failure after it.
        Outcome Reported()
        {
            try
            {
                return work(run);
            }
            finally
            {
                foreach (var warning in run.warnings)
                    error.WriteLine($"warning: {PlainText.Of(warning)}");
            }
        }
    }

    // What can happen to a run without a mistake in the program; its message is for the user. Torch's failures are external.
    private static bool IsExpected(Exception e)
        => e is IOException or UnauthorizedAccessException or DataFormatException or ArgumentException or NotSupportedException
            or TrainingDivergedException or CheckpointMismatchException
            or ExternalException or OverflowException or OutOfMemoryException;
}

/// <summary>What a command is run with.</summary>
internal sealed class Invocation : InvocationConfiguration
{
    /// <summary>Opens standard input.</summary>
    public required Func<Stream> Input { get; init; }
}

/// <summary>The command line asks for what there is not; said before anything is done.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Cancelled, and there is something to say about what is kept.</summary>
internal sealed class CancelledException(string message, OperationCanceledException inner) : OperationCanceledException(message, inner, inner.CancellationToken);
