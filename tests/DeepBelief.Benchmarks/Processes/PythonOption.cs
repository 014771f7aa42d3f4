using System.CommandLine;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>The option with which a user names the Python to compare with.</summary>
internal static class PythonOption
{
    public static Option<string?> Create() => new("--python")
    {
        Description = "The Python to compare with; by default the first of python3 and /usr/bin/python3 that has what is needed.",
        HelpName = "program",
    };
}
