using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepBelief.Tests;

/// <summary>Compiles the examples in the documentation of the libraries.</summary>
[Trait("Category", "Slow")]
public sealed class DocExampleTests
{
    private const string Usings = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq;
        using DeepBelief; using DeepBelief.Tensors; using DeepBelief.Units; using DeepBelief.Evaluation; using DeepBelief.Sampling; using DeepBelief.Training; using DeepBelief.Data; using DeepBelief.Persistence; using DeepBelief.Files;
        using DeepBelief.Distributed; using TorchSharp; using static TorchSharp.torch; using Microsoft.ML;

        """;

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    [Theory]
    [InlineData("DeepBelief.Core")]
    [InlineData("DeepBelief.Files")]
    [InlineData("DeepBelief.Csv")]
    [InlineData("DeepBelief.Onnx")]
    [InlineData("DeepBelief.ML")]
    [InlineData("DeepBelief.Distributed")]
    public void Examples_compile(string library)
    {
        var docs = XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{library}.xml"));
        var examples = docs.Descendants("example").Descendants("code")
            .Select(code => (Member: code.Ancestors("member").Single().Attribute("name")!.Value, Code: code.Value)).ToList();
        var faults = examples.SelectMany(example => Faults(example.Code).Select(fault => $"{example.Member}: {fault}"));
        string.Join(Environment.NewLine, faults).Should().BeEmpty();
        examples.Should().NotBeEmpty();
    }

    [Fact]
    public void What_does_not_compile_is_found()
    {
        Faults("rbm.Bend();").Should().ContainSingle().Which.Should().Contain("CS1061");
        Faults("sealed class Model : IEnergyModel { }").Should().NotBeEmpty().And.OnlyContain(fault => fault.Contains("CS0535"));
    }

    private static IEnumerable<string> Faults(string code)
    {
        var declaresTypes = CSharpSyntaxTree.ParseText(code).GetCompilationUnitRoot().Members.FirstOrDefault() is BaseTypeDeclarationSyntax;
        var unit = declaresTypes
            ? code
            : $$"""
              internal static class Example
              {
                  // Not parameters, so that an example can declare its own.
                  private static MLContext mlContext => null!;
                  private static IProcessGroup group => null!;
                  private static utils.data.Dataset dataset => null!;
                  private static Tensor data => null!;
                  private static Tensor images => null!;
                  private static Tensor labels => null!;
                  private static Rbm rbm => null!;
                  private static Dbn dbn => null!;
                  private static Dbm dbm => null!;
                  private static ClassificationRbm model => null!;
                  private static Classifier net => null!;
                  private static Autoencoder autoencoder => null!;
                  private static Tensor rows => null!;
                  private static Tensor targets => null!;
                  private static Tensor counts => null!;
                  private static Tensor others => null!;
                  private static Tensor theirTargets => null!;

                  public static void Run()
                  {
              {{code}}
                  }
              }
              """;
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create("Example", [CSharpSyntaxTree.ParseText(Usings + unit, new(LanguageVersion.Preview))], References, options)
            .GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString());
    }
}
