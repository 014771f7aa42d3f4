using TorchSharp;

namespace Snippets.Support;

/// <summary>What every snippet finds: an empty current directory, a seeded torch, and a dispose scope for what it leaves behind.</summary>
public abstract class SnippetTests : IDisposable
{
    private readonly string before = Environment.CurrentDirectory;
    private readonly string folder = Directory.CreateTempSubdirectory("deepbelief-docs-").FullName;
    private readonly DisposeScope scope = torch.NewDisposeScope();

    protected SnippetTests()
    {
        Environment.CurrentDirectory = folder;
        _ = torch.manual_seed(1);
    }

    public void Dispose()
    {
        scope.Dispose();
        Environment.CurrentDirectory = before;
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What is written to the console meanwhile, line by line.</summary>
    protected static string[] Printed(Action snippet)
    {
        ArgumentNullException.ThrowIfNull(snippet);
        using var writer = new StringWriter();
        var console = Console.Out;
        Console.SetOut(writer);
        try
        {
            snippet();
        }
        finally
        {
            Console.SetOut(console);
        }

        return writer.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }
}
