using System.Text.RegularExpressions;
using Snippets.Support;

namespace Snippets;

/// <summary>Pages show only code that is compiled and run here, and link only to what is there.</summary>
public sealed partial class PagesTests
{
    private const int MostLinesOfReadme = 150;
    private const int MostColumns = 98;

    [Fact]
    public void The_readme_is_short() => Repository.Read("README.md").TrimEnd('\n').Split('\n').Should().HaveCountLessThanOrEqualTo(MostLinesOfReadme);

    [Fact]
    public void Code_fits_the_width_of_a_page()
        => Repository.Snippets().SelectMany(snippet => snippet.Split('\n')).Where(line => line.Length > MostColumns).Should().BeEmpty();

    [Fact]
    public void Every_block_of_CSharp_is_a_snippet()
    {
        var snippets = Repository.Snippets().ToHashSet();
        var blocks = Repository.Pages.SelectMany(page => CSharpBlock().Matches(Repository.Read(page)).Select(match => match.Groups["code"].Value)).ToList();
        blocks.Should().HaveCountGreaterThan(3);
        blocks.Where(block => !snippets.Contains(block)).Should().BeEmpty();
    }

    [Fact]
    public void Every_region_that_a_page_includes_is_there()
    {
        var includes = Repository.Pages.SelectMany(page => Include().Matches(Repository.Read(page)).Select(match => (Page: page, match.Groups["file"].Value, Region: match.Groups["region"].Value))).ToList();
        includes.Should().HaveCountGreaterThan(30);
        foreach (var (page, file, region) in includes)
            Repository.Regions(Repository.Read(Path.Combine(Path.GetDirectoryName(page)!, file))).Should().ContainKey(region, file);
    }

    [Fact]
    public void A_page_states_the_usings_of_all_its_code()
    {
        foreach (var page in Repository.Pages)
        {
            var includes = Include().Matches(Repository.Read(page)).GroupBy(match => match.Groups["file"].Value, match => match.Groups["region"].Value);
            foreach (var file in includes)
                file.First().Should().Be("usings", $"{page} shows {file.Key}");
        }
    }

    [Fact]
    public void Every_snippet_is_on_a_page()
    {
        var shown = Repository.Pages.SelectMany(page => Include().Matches(Repository.Read(page)).Select(match => $"{Path.GetFileName(match.Groups["file"].Value)}#{match.Groups["region"].Value}")).ToHashSet();
        var blocks = string.Join('\n', Repository.Pages.SelectMany(page => CSharpBlock().Matches(Repository.Read(page)).Select(match => match.Groups["code"].Value)));
        var regions = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/DeepBelief.Docs.Tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "Repository.cs")
            .SelectMany(file => Repository.Regions(Repository.Read(file)).Select(region => (Name: $"{Path.GetFileName(file)}#{region.Key}", Code: region.Value)));
        regions.Where(region => !shown.Contains(region.Name) && !blocks.Contains(region.Code, StringComparison.Ordinal)).Select(region => region.Name).Should().BeEmpty();
    }

    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        var broken = new List<string>();
        foreach (var page in Repository.Pages)
        {
            foreach (Match link in Link().Matches(CodeBlock().Replace(Repository.Read(page), string.Empty)))
            {
                var (path, heading) = (link.Groups["path"].Value, link.Groups["heading"].Value);
                if (path.Contains(':', StringComparison.Ordinal))
                    continue;
                var target = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
                var isThere = IsGenerated(target) || File.Exists(target) || Directory.Exists(target);
                if (!isThere || (heading.Length > 0 && target.EndsWith(".md", StringComparison.Ordinal) && !Headings(target).Contains(heading)))
                    broken.Add($"{Path.GetRelativePath(Repository.Root, page)}: {link.Value}");
            }
        }

        broken.Should().BeEmpty();
    }

    // The reference, which docfx makes and checks the links to.
    private static bool IsGenerated(string target) => target.StartsWith(Path.Combine(Repository.Root, "docs/api/"), StringComparison.Ordinal);

    // As GitHub and docfx name them.
    private static HashSet<string> Headings(string page)
        => [.. Heading().Matches(CodeBlock().Replace(Repository.Read(page), string.Empty)).Select(match => NoAnchor().Replace(match.Groups["text"].Value.ToLowerInvariant(), string.Empty).Replace(' ', '-'))];

    [GeneratedRegex("""^```(csharp|cs|c#)\n(?<code>.*?)\n```$""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("""^```.*?^```$""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("""\[!code-csharp\[\]\((?<file>[^)#]+)#(?<region>[^)]+)\)\]""")]
    private static partial Regex Include();

    [GeneratedRegex("""(?<!\!code-csharp\[)\]\((?<path>[^)#\s]*)(#(?<heading>[^)\s]+))?\)""")]
    private static partial Regex Link();

    [GeneratedRegex("""^#+ (?<text>.+)$""", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("""[^\p{L}\p{N} _-]""")]
    private static partial Regex NoAnchor();
}
