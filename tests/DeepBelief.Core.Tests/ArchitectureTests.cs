using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepBelief.Tests;

/// <summary>Holds what docs/architecture.md says of the rooms: the folders of the library, each of which uses only those before it.</summary>
public sealed class ArchitectureTests
{
    private const int MostLines = 400;

    private static readonly string[] Rooms = ["Tensors", "Units", "Models", "Persistence", "Sampling", "Data", "Evaluation", "Training"];

    private static readonly string Sources = Path.Combine(
        typeof(ArchitectureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ProjectDirectory").Value!, "../../src");

    [Fact]
    public void The_folders_are_the_rooms()
        => Trees("DeepBelief.Core").Select(source => Room(source.File)).Distinct().Should().BeEquivalentTo(Rooms);

    [Fact]
    [Trait("Category", "Slow")]
    public void A_room_uses_only_those_before_it()
    {
        var uses = Uses().ToList();
        var upwards = uses.Where(use => Array.IndexOf(Rooms, use.To) > Array.IndexOf(Rooms, use.From)).Select(use => $"{use.From} uses {use.To}: {use.Where}");
        upwards.Distinct().Should().BeEmpty();
        uses.Should().Contain(use => use.From == "Training" && use.To == "Models");
    }

    [Fact]
    public void A_namespace_is_a_room_or_the_facade()
    {
        foreach (var (file, tree) in Trees("DeepBelief.Core"))
        {
            var name = tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Single().Name.ToString();
            name.Should().BeOneOf(["DeepBelief", $"DeepBelief.{Room(file)}"], file);
        }
    }

    [Fact]
    public void Files_are_short()
        => new[] { "Core", "Files", "Csv", "Onnx", "ML", "Distributed", "Cli" }.SelectMany(package => Trees($"DeepBelief.{package}"))
            .Where(source => source.Tree.GetText().Lines.Count > MostLines).Select(source => source.File).Should().BeEmpty();

    private static IEnumerable<(string From, string To, string Where)> Uses()
    {
        var sources = Trees("DeepBelief.Core").ToDictionary(source => source.Tree, source => source.File);
        var files = Compile("DeepBelief.Files", [.. Trees("DeepBelief.Files").Select(source => source.Tree)], []);
        var compilation = Compile("DeepBelief.Core", [.. sources.Keys], [files.ToMetadataReference()]);
        foreach (var (tree, file) in sources)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(name => !name.Ancestors().Any(node => node is UsingDirectiveSyntax)))
            {
                if (model.GetSymbolInfo(name).Symbol is not { } symbol || symbol is INamespaceSymbol)
                    continue;
                foreach (var declaration in symbol.OriginalDefinition.DeclaringSyntaxReferences.Where(declaration => sources.ContainsKey(declaration.SyntaxTree)))
                    yield return (Room(file), Room(sources[declaration.SyntaxTree]), $"{file}, {name.Identifier.Text}");
            }
        }
    }

    private static CSharpCompilation Compile(string name, SyntaxTree[] trees, MetadataReference[] references)
    {
        // What every file of the projects may use, by name.
        const string Usings = """
            global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
            global using System.Threading; global using TorchSharp; global using Parameter = TorchSharp.Modules.Parameter;
            global using Tensor = TorchSharp.torch.Tensor; global using Device = TorchSharp.torch.Device;
            global using Generator = TorchSharp.torch.Generator; global using ScalarType = TorchSharp.torch.ScalarType;
            """;
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("DeepBelief", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var arithmetic = name == "DeepBelief.Core" ? "global using static DeepBelief.Tensors.Arithmetic;" : string.Empty;
        return CSharpCompilation.Create(
            name,
            [.. trees, CSharpSyntaxTree.ParseText(Usings + arithmetic, Parsing)],
            [.. platform, .. references],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    private static CSharpParseOptions Parsing { get; } = new(LanguageVersion.Preview, DocumentationMode.None);

    private static IEnumerable<(string File, SyntaxTree Tree)> Trees(string project)
    {
        var folder = Path.GetFullPath(Path.Combine(Sources, project));
        foreach (var path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var file = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("buildTransitive/", StringComparison.Ordinal))
                yield return (file, CSharpSyntaxTree.ParseText(File.ReadAllText(path), Parsing, path));
        }
    }

    private static string Room(string file) => file.Split('/')[0];
}
