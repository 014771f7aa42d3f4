using System.Text.RegularExpressions;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>The shared libraries in this process, as far as Linux tells.</summary>
internal static partial class LoadedLibraries
{
    private const string Maps = "/proc/self/maps";

    /// <summary>The file name of the BLAS library, which says its version; empty where it is not known.</summary>
    public static string Blas() => !File.Exists(Maps)
        ? ""
        : File.ReadLines(Maps)
            .Select(line => Path.GetFileName(line))
            .FirstOrDefault(name => BlasName().IsMatch(name), "");

    [GeneratedRegex(@"^lib(openblas|mkl_core|mkl_rt|blis|atlas)[^/]*\.so")]
    private static partial Regex BlasName();
}
