using System.ComponentModel;
using System.Diagnostics;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>The Python that runs a script: the one that the user named, or the first here that has the script's modules.</summary>
/// <param name="named">A program; null: look for one.</param>
internal sealed class Python(string? named)
{
    // What a distribution packages belongs to its own Python, which need not be the first on the path.
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3"];

    private static readonly IReadOnlyDictionary<string, string> DebianPackages = new Dictionary<string, string>
    {
        ["torch"] = "python3-torch",
        ["sklearn"] = "python3-sklearn",
        ["tqdm"] = "python3-tqdm",
    };

    private readonly Dictionary<string, string> found = [];

    /// <summary>The path of one of this program's scripts.</summary>
    public static string Script(string name)
        => Path.Combine(Path.GetDirectoryName(typeof(Python).Assembly.Location)!, "Peers", name);

    /// <summary>The Python that can import all the modules.</summary>
    /// <exception cref="WorkerException">There is none; the message says what to install.</exception>
    public string Find(params IEnumerable<string> modules)
    {
        var list = string.Join(", ", modules);
        if (found.TryGetValue(list, out var known))
            return known;
        var error = "";
        foreach (var candidate in named is null ? Candidates : [named])
        {
            if (Imports(candidate, list, out error))
                return found[list] = candidate;
        }

        var packages = string.Join(' ', modules.Select(module => DebianPackages.GetValueOrDefault(module, module)));
        throw new WorkerException($"no Python here has {list} ({error}); on Debian, install {packages}, or name a Python with --python");
    }

    private static bool Imports(string python, string modules, out string error)
    {
        var start = new ProcessStartInfo(python, ["-c", $"import {modules}"]) { RedirectStandardError = true };
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
