using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DeepBelief.Benchmarks;

/// <summary>Help with a longer text at its end than belongs into a list of commands.</summary>
internal sealed class DetailedHelp : SynchronousCommandLineAction
{
    private readonly HelpAction brief;
    private readonly string details;

    private DetailedHelp(HelpAction brief, string details) => (this.brief, this.details) = (brief, details);

    /// <summary>Gives a command a help option of its own.</summary>
    public static void AddTo(Command command, string details)
    {
        var help = new HelpOption();
        help.Action = new DetailedHelp((HelpAction)help.Action!, details);
        command.Options.Add(help);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = brief.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(details);
        return code;
    }
}
