namespace DeepBelief.Package.Tests;

/// <summary>The packages, made once for all tests, in a folder that is gone after them.</summary>
public sealed class Packages : IDisposable
{
    /// <summary>Makes the packages of what is built.</summary>
    public Packages()
    {
        foreach (var project in new[] { "DeepBelief.Files", "DeepBelief.Core", "DeepBelief.Csv", "DeepBelief.Onnx", "DeepBelief.ML", "DeepBelief.Distributed" })
        {
            _ = Dotnet.Run(
                BuildInfo.Repository,
                "pack", $"src/{project}/{project}.csproj", "--no-build", "--nologo",
                "-c", BuildInfo.Configuration,
                "-o", Feed,
                $"-p:TorchSharpVersion={BuildInfo.TorchSharpVersion}");
        }
    }

    /// <summary>A folder for whatever the tests make.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("deepbelief-package-").FullName;

    /// <summary>The folder with the packages.</summary>
    public string Feed => Path.Combine(Folder, "feed");

    /// <summary>Removes the folder.</summary>
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>The tests that share the package, one after the other: each takes both cores.</summary>
[CollectionDefinition(Name)]
public sealed class PackageGroup : ICollectionFixture<Packages>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "package";
}
