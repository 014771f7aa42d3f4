using System.Diagnostics;
using DeepBelief.Tests.Support;

namespace DeepBelief.Cli.Tests;

/// <summary>The program as a process of its own, whose output nobody takes.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("info {0} >&-", 0, "")]
    [InlineData("info {0} | head -c 0", 0, "")]
    [InlineData("--help >&-", 0, "")]
    [InlineData("info {0}none 2>&-", 1, "")]
    [InlineData("info 2>&-", 2, "")]
    [InlineData("info {0} > /dev/full", 1, "error: standard output: the result could not be written: No space left on device.\n")]
    [InlineData("--help > /dev/full", 1, "error: standard output: the result could not be written: No space left on device.\n")]
    public async Task A_closed_output_ends_the_program_without_a_word_and_a_full_one_with_a_sentence(string command, int exitCode, string message)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var table = folder.File("t.csv");
        await File.WriteAllTextAsync(table, "a,b\n1,2\n3,4\n");
        var program = Path.Combine(AppContext.BaseDirectory, "deepbelief.dll");
        // The exit code is the program's, and not that of who reads.
        var (own, rest) = command.Split('|') is [var first, var second] ? (first, $" | {second}") : (command, "");
        var start = new ProcessStartInfo("sh", ["-c", $"{{ dotnet '{program}' {own.Replace("{0}", $"'{table}'", StringComparison.Ordinal)}; echo $? > '{folder.File("code")}'; }}{rest}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        (await output).Should().BeEmpty();
        (await error).Should().Be(message);
        (await File.ReadAllTextAsync(folder.File("code"))).Should().Be($"{exitCode}\n");
    }
}
