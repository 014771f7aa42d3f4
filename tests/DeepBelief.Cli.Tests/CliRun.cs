using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Cli.Tests;

/// <summary>A command that has run, in this process.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed partial record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>The document of a run with <c>--json</c>.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>Runs a command, which must succeed.</summary>
    public static CliRun Of(params string[] args)
    {
        var run = Any(args);
        run.ExitCode.Should().Be(0, run.Error);
        run.ShouldSpeakOfOptions();
        return run;
    }

    /// <summary>Runs a command that reads a text from standard input, and must succeed.</summary>
    public static CliRun Piped(string input, params string[] args)
    {
        var run = Any(args, CancellationToken.None, input);
        run.ExitCode.Should().Be(0, run.Error);
        return run;
    }

    /// <summary>Runs a command, which must fail with an exit code and a message, and write nothing to standard output.</summary>
    public static void Fails(int exitCode, string message, params string[] args)
    {
        var run = Any(args);
        run.ExitCode.Should().Be(exitCode, run.Error);
        run.Error.Should().Match(message);
        run.ShouldSpeakOfOptions();
        run.Output.Should().BeEmpty();
    }

    /// <summary>Runs a command.</summary>
    public static CliRun Any(params string[] args) => Any(args, CancellationToken.None);

    /// <summary>Runs a command that can be cancelled.</summary>
    public static CliRun Any(string[] args, CancellationToken cancellationToken, string input = "")
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = CommandLine.RunAsync(args, output, error, () => new MemoryStream(Encoding.UTF8.GetBytes(input)), cancellationToken).GetAwaiter().GetResult();
        return new(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Bits of two kinds, each row and its class, as <c>.npy</c> files.</summary>
    public static (Tensor Rows, Tensor Labels) Bits(TemporaryFolder folder, int rows = 80, int columns = 6)
    {
        using var generator = new torch.Generator(5);
        var labels = torch.randint(0, 2, rows, dtype: ScalarType.Int64, generator: generator);
        var chances = labels.to(ScalarType.Float32).unsqueeze(1).mul(torch.tensor(0.7f)).add(torch.tensor(0.15f)).expand(rows, columns);
        var bits = torch.bernoulli(chances.contiguous(), generator);
        NpyFile.Save(folder.File("rows.npy"), bits);
        NpyFile.Save(folder.File("labels.npy"), labels);
        return (bits, labels);
    }

    /// <summary>Lines of a table with a category, a number that follows it, a yes or no, a name, and some gaps.</summary>
    public static string Table(TemporaryFolder folder, int rows = 90)
    {
        var random = new Random(3);
        var path = folder.File("table.csv");
        File.WriteAllLines(path, ["season,degrees,rain,name", .. Enumerable.Range(0, rows).Select(i =>
        {
            var season = random.Next(3);
            var degrees = FormattableString.Invariant($"{(season * 10) + random.NextDouble():f1}");
            return $"{new[] { "winter", "spring", "summer" }[season]},{(i % 10 == 7 ? "" : degrees)},{(random.Next(3) >= season ? "yes" : "no")},row {i}";
        })]);
        return path;
    }

    /// <summary>The parameters of two models are the same bits.</summary>
    public static void ShouldBeSame(torch.nn.Module actual, torch.nn.Module expected)
    {
        var (one, other) = (actual.state_dict(), expected.state_dict());
        one.Keys.Should().Equal(other.Keys);
        foreach (var (name, tensor) in one)
            tensor.detach().bytes.ToArray().Should().Equal(other[name].detach().bytes.ToArray(), name);
    }

    // No names of classes and their members, which are the library's; names of folders may look like them.
    private void ShouldSpeakOfOptions()
        => Names.Matches(Folders.Replace(Error, "")).Select(match => match.Value).Except(["PyTorch", "NumPy", "DeepBelief", "NaN"]).Should().BeEmpty(Error);

    [GeneratedRegex(@"\b[A-Z][a-z]+[A-Z]\w*|\(Parameter")]
    private static partial Regex Names { get; }

    [GeneratedRegex(@"\S*deepbelief-\S*")]
    private static partial Regex Folders { get; }
}
