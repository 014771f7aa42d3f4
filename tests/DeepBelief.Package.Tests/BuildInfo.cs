using System.Reflection;

namespace DeepBelief.Package.Tests;

/// <summary>How this test project was built, so that the package is made the same way.</summary>
internal static class BuildInfo
{
    public static string TorchSharpVersion => Metadata("TorchSharpVersion");

    public static string Configuration => Metadata("Configuration");

    public static string TargetFramework => Metadata("TargetFramework");

    public static string PackageVersion => Metadata("PackageVersion");

    /// <summary>NuGet's cache, which the tests read and never write.</summary>
    public static string NuGetCache => Metadata("NuGetPackageRoot");

    public static string Repository => Path.GetFullPath(Path.Combine(Metadata("ProjectDirectory"), "..", ".."));

    /// <summary>TorchSharp's native library as its package has it.</summary>
    public static string NativeLibrary
        => Path.Combine(NuGetCache, "torchsharp", TorchSharpVersion, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private static string Metadata(string key)
        => typeof(BuildInfo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
