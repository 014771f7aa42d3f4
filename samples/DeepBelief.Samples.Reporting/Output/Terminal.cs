using Spectre.Console;

namespace DeepBelief.Samples.Reporting.Output;

/// <summary>The console to write to.</summary>
public static class Terminal
{
    /// <summary>What the user reads: on standard output, or on standard error where a document has the former.</summary>
    /// <param name="quiet">Whether it is results and errors alone.</param>
    /// <param name="toError">Whether a document has standard output for itself.</param>
    public static RunOutput CreateOutput(bool quiet = false, bool toError = false) => toError
        ? new RunOutput(Create(Console.Error, Console.IsErrorRedirected), Console.Error, notes: !quiet, results: !quiet)
        : new RunOutput(Create(Console.Out, Console.IsOutputRedirected), Console.Error, notes: !quiet);

    /// <summary>Colours, unless NO_COLOR is set, and live progress on a terminal; plain text of a fixed width in a file or a pipe.</summary>
    public static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) };
        // Progress bars depend on where output goes; input may well be closed.
        if (!redirected)
        {
            settings.Interactive = InteractionSupport.Yes;
            var terminal = AnsiConsole.Create(settings);
            // A terminal that moves no cursor, such as TERM=dumb, gets no bars.
            terminal.Profile.Capabilities.Interactive = terminal.Profile.Capabilities.Ansi;
            return terminal;
        }

        settings.Ansi = AnsiSupport.No;
        settings.ColorSystem = ColorSystemSupport.NoColors;
        settings.Interactive = InteractionSupport.No;
        var console = AnsiConsole.Create(settings);
        console.Profile.Width = 160;
        return console;
    }
}
