using System.Globalization;

namespace DeepBelief.Kernels;

/// <summary>How many threads a process is meant to use.</summary>
internal static class ThreadCount
{
    // Those that libtorch or the libraries below it read: OpenMP's, OpenBLAS's and MKL's.
    private static readonly string[] Settings = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

    /// <summary>As many as .NET sees processors, or as the least of the settings that limit matrix products.</summary>
    public static int Default { get; } = Settings.Select(Setting).Append(Environment.ProcessorCount).Min();

    // OpenMP's may be a list, one number for each level of nesting.
    private static int Setting(string name)
        => int.TryParse(Environment.GetEnvironmentVariable(name)?.Split(',')[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : int.MaxValue;
}
