using System.Reflection;
using System.Text.RegularExpressions;

namespace DeepBelief.Cli.Tests;

/// <summary>Commands on pages are commands that there are.</summary>
public sealed partial class PageTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(
        typeof(PageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ProjectDirectory").Value!, "../.."));

    [Theory]
    [InlineData("docs/command-line.md")]
    [InlineData("src/DeepBelief.Cli/PACKAGE.md")]
    public void Every_command_line_on_a_page_parses(string page)
    {
        var lines = Command().Matches(File.ReadAllText(Path.Combine(Root, page)).ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal)).Select(match => match.Groups["line"].Value.Trim()).ToList();
        lines.Should().HaveCountGreaterThan(5);
        foreach (var line in lines)
            CommandLine.Create().Parse(line).Errors.Should().BeEmpty(line);
    }

    [Fact]
    public void The_page_names_every_command_and_every_option()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs/command-line.md"));
        var commands = CommandLine.Create().Subcommands;
        commands.Should().HaveCount(8);
        foreach (var name in commands.Select(command => command.Name).Concat(commands.SelectMany(command => command.Options).Select(option => option.Name)).Where(name => !name.Contains("help", StringComparison.Ordinal)).Distinct())
            page.Should().Contain(name);
    }

    [GeneratedRegex("""^(\$ )?deepbelief (?<line>[a-z][^#\n>|]*)""", RegexOptions.Multiline)]
    private static partial Regex Command();
}
