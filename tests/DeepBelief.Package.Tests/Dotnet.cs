using System.Diagnostics;

namespace DeepBelief.Package.Tests;

/// <summary>Runs programs, <c>dotnet</c> above all, as a user would, not as a part of the test run around them.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs <c>dotnet</c>, which must succeed; returns what it printed.</summary>
    public static string Run(string folder, params string[] arguments)
    {
        var (exitCode, output) = Start(folder, "dotnet", arguments);
        exitCode.Should().Be(0, "dotnet {0} printed:\n{1}", string.Join(' ', arguments), output);
        return output;
    }

    /// <summary>Runs <c>dotnet</c>, which must fail; returns what it printed.</summary>
    public static string Fail(string folder, params string[] arguments)
    {
        var (exitCode, output) = Start(folder, "dotnet", arguments);
        exitCode.Should().NotBe(0, "dotnet {0} printed:\n{1}", string.Join(' ', arguments), output);
        return output;
    }

    /// <summary>Runs a program; returns its exit code and what it printed.</summary>
    public static (int ExitCode, string Output) Start(string folder, string program, params string[] arguments) => Start(folder, [], program, arguments);

    /// <summary>Runs a program with variables in its environment; returns its exit code and what it printed.</summary>
    public static (int ExitCode, string Output) Start(string folder, IReadOnlyList<(string Name, string Value)> variables, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(IsOfTheTestRun).ToList())
            start.Environment.Remove(inherited);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach (var (name, value) in variables)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit}.");
        }

        return (process.ExitCode, output.Result + error.Result);
    }

    // How OpenMP's threads wait, too: the package may set that, and whoever runs the tests.
    private static bool IsOfTheTestRun(string variable)
        => ((string[])["MSBUILD", "OMP_", "GOMP_"]).Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
