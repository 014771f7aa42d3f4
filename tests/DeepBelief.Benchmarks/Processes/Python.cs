using System.ComponentModel;
using System.Diagnostics;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>Python programs with the modules that a script needs, where this machine has one.</summary>
internal static class Python
{
    // What Debian packages belongs to Debian's Python, which need not be the first on the path.
    private static readonly string[] Candidates = ["/usr/bin/python3", "python3"];

    /// <summary>The Python that can import all the modules, or null and the reason.</summary>
    public static string? Find(IEnumerable<string> modules, out string reason)
    {
        reason = "";
        foreach (var candidate in Candidates)
        {
            if (Imports(candidate, modules, out var error))
                return candidate;
            // The first is the likeliest; what the others lack says less.
            if (reason.Length == 0)
                reason = error;
        }

        return null;
    }

    /// <summary>The path of one of this program's scripts.</summary>
    public static string Script(string name)
        => Path.Combine(Path.GetDirectoryName(typeof(Python).Assembly.Location)!, "Peers", name);

    private static bool Imports(string python, IEnumerable<string> modules, out string error)
    {
        var start = new ProcessStartInfo(python, ["-c", $"import {string.Join(", ", modules)}"]) { RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            error = process.StandardError.ReadToEnd().Trim().Split('\n')[^1];
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            error = $"there is no {python}";
            return false;
        }
    }
}
