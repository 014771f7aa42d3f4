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
        var blocks = Repository.Pages.SelectMany(page => Blocks(page).Select(block => (Page: Path.GetRelativePath(Repository.Root, page), Code: block))).ToList();
        blocks.Should().HaveCountGreaterThan(100);
        blocks.Where(block => !snippets.Contains(block.Code)).Should().BeEmpty("the pages repeat what is compiled here");
    }

    [Fact]
    public void A_page_states_the_usings_of_all_its_code()
    {
        var files = Repository.SnippetFiles().ToList();
        foreach (var page in Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
        {
            var stated = new List<string>();
            foreach (var block in Blocks(page))
            {
                stated.Add(block);
                var homes = files.Where(file => file.Values.Contains(block)).ToList();
                (homes.Count == 0 || homes.Any(file => !file.TryGetValue("usings", out var usings) || stated.Contains(usings))).Should().BeTrue($"{page} shows {block}");
            }
        }
    }

    [Fact]
    public void Every_snippet_is_on_a_page()
    {
        var blocks = string.Join('\n', Repository.Pages.SelectMany(Blocks));
        Repository.SnippetFiles().SelectMany(file => file).Where(region => !blocks.Contains(region.Value, StringComparison.Ordinal)).Select(region => region.Key).Should().BeEmpty();
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

    private static IEnumerable<string> Blocks(string page) => CSharpBlock().Matches(Repository.Read(page)).Select(match => match.Groups["code"].Value);

    // The reference, which docfx makes and checks the links to.
    private static bool IsGenerated(string target) => target.StartsWith(Path.Combine(Repository.Root, "docs/api/"), StringComparison.Ordinal);

    // As GitHub and docfx name them.
    private static HashSet<string> Headings(string page)
        => [.. Heading().Matches(CodeBlock().Replace(Repository.Read(page), string.Empty)).Select(match => NoAnchor().Replace(match.Groups["text"].Value.ToLowerInvariant(), string.Empty).Replace(' ', '-'))];

    [GeneratedRegex("""^```(csharp|cs|c#)\n(?<code>.*?)\n```$""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("""^```.*?^```$""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("""\]\((?<path>[^)#\s]*)(#(?<heading>[^)\s]+))?\)""")]
    private static partial Regex Link();

    [GeneratedRegex("""^#+ (?<text>.+)$""", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("""[^\p{L}\p{N} _-]""")]
    private static partial Regex NoAnchor();
}
