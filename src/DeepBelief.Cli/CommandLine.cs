using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using DeepBelief.Cli.Commands;
using DeepBelief.Cli.Output;

namespace DeepBelief.Cli;

/// <summary>The program, from its arguments to the exit code.</summary>
internal static class CommandLine
{
    /// <summary>All commands.</summary>
    public static RootCommand Create() => new(
        "Trains restricted Boltzmann machines, deep belief networks, deep Boltzmann machines and classifiers, and makes features, samples, scores and filled gaps with them. Exit codes: 0 success, 1 failure, 2 wrong usage, 130 cancelled.")
    {
        FitCommand.Create(),
        FeaturesCommand.Create(),
        SampleCommand.Create(),
        FillCommand.Create(),
        ScoreCommand.Create(),
        EvaluateCommand.Create(),
        ConvertCommand.Create(),
        InfoCommand.Create(),
    };

    /// <summary>Runs a command.</summary>
    /// <param name="args">The arguments as given.</param>
    /// <param name="output">For results and help.</param>
    /// <param name="error">For warnings, errors and progress.</param>
    /// <param name="input">Opens standard input; null for the process's.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, Func<Stream>? input = null, CancellationToken cancellationToken = default)
    {
        var configuration = new Invocation
        {
            Input = input ?? Console.OpenStandardInput,
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Signals are the caller's.
        };
        var parsed = Create().Parse(args);
        var repeated = parsed.Action is HelpAction ? [] : Repeated(parsed);
        if (parsed.Action is not ParseErrorAction && repeated.Count == 0)
            return await InvokeAsync(parsed, configuration, cancellationToken);
        foreach (var option in repeated)
            await error.WriteLineAsync($"error: {option.Option.Name}: expected once, found {option.IdentifierTokenCount} times{Values(option)}.");
        foreach (var fault in parsed.Errors.Where(fault => !repeated.Contains(fault.SymbolResult)))
            await error.WriteLineAsync($"error: {PlainText.Of(fault.Message)}");
        await error.WriteLineAsync("'--help' lists commands and options.");
        return ExitCode.Usage;
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, Invocation configuration, CancellationToken cancellationToken)
    {
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (IOException e)
        {
            // The help, on a full disk.
            await configuration.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.Failure;
        }
    }

    // Options of one value, or none, that were given more than once.
    private static List<OptionResult> Repeated(ParseResult parsed)
        => [.. parsed.CommandResult.Children.OfType<OptionResult>().Where(option => option.IdentifierTokenCount > 1 && option.Option.Arity.MaximumNumberOfValues <= 1)];

    private static string Values(OptionResult option)
        => option.Tokens.Count == 0 ? "" : PlainText.Of($": {string.Join(", ", option.Tokens.Select(token => $"'{token.Value}'"))}");
}
