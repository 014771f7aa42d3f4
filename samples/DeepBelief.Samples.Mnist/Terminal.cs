using Spectre.Console;

namespace DeepBelief.Samples.Mnist;

/// <summary>The console to write to.</summary>
internal static class Terminal
{
    /// <summary>Colours and live progress on a terminal; plain text of a fixed width in a file or a pipe.</summary>
    public static IAnsiConsole Create(bool redirected)
    {
        if (!redirected)
            return AnsiConsole.Console;
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
