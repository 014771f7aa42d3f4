namespace DeepBelief.Package.Tests;

/// <summary>The packages, made once for all tests, in a folder that is gone after them.</summary>
public sealed class Packages : IDisposable
{
    public Packages()
    {
        string[] projects = BuildInfo.TorchProvider == "system"
            ? ["DeepBelief.Core", "TorchSharp.SystemLibTorch"]
            : ["DeepBelief.Core"];
        foreach (var project in projects)
        {
            _ = Dotnet.Run(
                BuildInfo.Repository,
                "pack", $"src/{project}/{project}.csproj", "--no-build", "--nologo",
                "-c", BuildInfo.Configuration,
                "-o", Feed,
                $"-p:TorchProvider={BuildInfo.TorchProvider}",
                $"-p:TorchSharpVersion={BuildInfo.TorchSharpVersion}");
        }
    }

    /// <summary>A folder for whatever the tests make.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("deepbelief-package-").FullName;

    /// <summary>The folder with the packages.</summary>
    public string Feed => Path.Combine(Folder, "feed");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
