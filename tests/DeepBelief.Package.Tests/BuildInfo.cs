using System.Reflection;

namespace DeepBelief.Package.Tests;

/// <summary>How this test project was built, so that the packages are made the same way.</summary>
internal static class BuildInfo
{
    public static string TorchProvider => Metadata("TorchProvider");

    public static string TorchSharpVersion => Metadata("TorchSharpVersion");

    public static string Configuration => Metadata("Configuration");

    public static string RuntimeIdentifier => Metadata("RuntimeIdentifier");

    public static string TargetFramework => Metadata("TargetFramework");

    public static string PackageVersion => Metadata("PackageVersion");

    public static string Repository => Path.GetFullPath(Path.Combine(Metadata("ProjectDirectory"), "..", ".."));

    private static string Metadata(string key)
        => typeof(BuildInfo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
