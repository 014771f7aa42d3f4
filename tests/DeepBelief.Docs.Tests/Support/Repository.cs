using System.Reflection;
using System.Text.RegularExpressions;

namespace Snippets.Support;

/// <summary>The pages and the sources of the snippets, as they are in the repository.</summary>
internal static partial class Repository
{
    private static readonly string Project = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ProjectDirectory").Value!;

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Project, "../.."));

    /// <summary>Markdown files that are read, in GitHub, in a package or as a page of the site.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories),
        .. Directory.EnumerateFiles(Path.Combine(Root, "src"), "PACKAGE.md", SearchOption.AllDirectories),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>Regions by name, without the indentation that all their lines share.</summary>
    public static IReadOnlyDictionary<string, string> Regions(string source)
        => Region().Matches(source).ToDictionary(match => match.Groups["name"].Value, match => Dedented(match.Groups["code"].Value));

    /// <summary>The regions by name of each file of snippets.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> SnippetFiles()
        => Directory.EnumerateFiles(Project, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Project, file).StartsWith("obj", StringComparison.Ordinal))
            .Select(file => Regions(Read(file)));

    /// <summary>What a page may show: all regions, each also behind the usings of its file, and the program that is run as it is.</summary>
    public static IEnumerable<string> Snippets()
    {
        yield return Read("docs/quickstart.cs").TrimEnd('\n');
        foreach (var regions in SnippetFiles())
        {
            foreach (var (name, code) in regions)
            {
                yield return code;
                if (name != "usings" && regions.TryGetValue("usings", out var usings))
                    yield return $"{usings}\n\n{code}";
            }
        }
    }

    private static string Dedented(string code)
    {
        var lines = code.Trim('\n').Split('\n');
        var indentation = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indentation..] : line));
    }

    [GeneratedRegex("""^ *#region (?<name>\S+)\n(?<code>.*?)^ *#endregion""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();
}
