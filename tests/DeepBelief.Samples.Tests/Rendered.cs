using System.Globalization;
using DeepBelief.Samples.Reporting.Results;
using Spectre.Console;

namespace DeepBelief.Samples.Tests;

/// <summary>A table as a console of plain text shows it.</summary>
internal static class Rendered
{
    public static string[] Lines(ResultTable table, int width)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Write(ConsoleTable.Of(table));
        return text.ToString().Split('\n');
    }

    public static string[] Cells(string line) => [.. line.Split('│')[1..^1].Select(cell => cell.Trim())];
}
