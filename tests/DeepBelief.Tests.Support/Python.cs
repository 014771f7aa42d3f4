using System.Collections.Concurrent;
using System.Diagnostics;

namespace DeepBelief.Tests.Support;

/// <summary>A Python with a module, where this machine has one.</summary>
internal static class Python
{
    // What Debian packages belongs to Debian's Python, which need not be the first on the path.
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3"];

    private static readonly ConcurrentDictionary<string, string?> Found = new();

    /// <summary>Runs a script with torch imported and gives what it printed; skips the test where there is no such Python.</summary>
    public static string Run(string script, params string[] arguments) => RunWith("torch", $"import torch\n{script}", arguments);

    /// <summary>Runs a script that needs a module and gives what it printed; skips the test where there is no such Python.</summary>
    public static string RunWith(string module, string script, params string[] arguments)
    {
        var python = Found.GetOrAdd(module, static name => Candidates.FirstOrDefault(candidate => Has(candidate, name)));
        Skip.If(python is null, $"Needs a Python with {module}: install it (Debian: python3-{module}).");
        var (exitCode, output, error) = Start(python, ["-c", "import sys\n" + script, .. arguments]);
        exitCode.Should().Be(0, error);
        return output.Trim();
    }

    private static bool Has(string python, string module)
    {
        try
        {
            return Start(python, ["-c", $"import {module}"]).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static (int ExitCode, string Output, string Error) Start(string python, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
