using Spectre.Console;

namespace DeepBelief.Samples.Mnist;

/// <summary>The console to write to.</summary>
internal static class Terminal
{
    /// <summary>Colours and live progress on a terminal; plain text of a fixed width in a file or a pipe.</summary>
    public static IAnsiConsole Create(bool redirected)
    {
        // Progress bars depend on where output goes; input may well be closed, as samples/run.sh has it.
        if (!redirected)
            return AnsiConsole.Create(new AnsiConsoleSettings { Interactive = InteractionSupport.Yes });
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = 160;
        return console;
    }
}
