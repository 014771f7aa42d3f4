using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>One line: processor, cores, vectors, system, .NET, libtorch, date, commit.</summary>
    public static string Describe(WorkerInfo? info)
    {
        var parts = new List<string>
        {
            $"{Processor()}, {ThreadSetting.Cores} cores",
            RuntimeInformation.OSDescription.Trim(),
            RuntimeInformation.FrameworkDescription,
        };
        if (info is { VectorBits: > 0 })
            parts.Add(FormattableString.Invariant($"vectors of {info.VectorBits} bits"));
        if (info is { Version: not "" })
            parts.Add($"libtorch {info.Version}");
        parts.Add(DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        if (Commit() is { } commit)
            parts.Add($"commit {commit}");
        return string.Join("; ", parts);
    }

    private static string Processor()
    {
        const string Key = "model name";
        const string File = "/proc/cpuinfo";
        var line = System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    // The SDK puts the commit behind a plus sign.
    private static string? Commit()
        => typeof(Rbm).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, { Length: >= 12 } commit]
            ? commit[..12]
            : null;
}
