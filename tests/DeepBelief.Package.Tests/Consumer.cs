namespace DeepBelief.Package.Tests;

/// <summary>An application outside the repository that gets the library from a folder of packages.</summary>
internal static class Consumer
{
    /// <summary>Ends what the application prints, if all is well.</summary>
    public const string Success = "30 epochs, same True, learned True";

    private const string Program = """
        using DeepBelief;
        using DeepBelief.Data;

        using var data = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 20);
        var history = rbm.Fit(data, new() { Epochs = 30 });
        rbm.Save("model.pt");
        using var again = Rbm.Load("model.pt");
        using var one = rbm.FreeEnergy(data);
        using var two = again.FreeEnergy(data);
        Console.WriteLine($"{history.Epochs.Count} epochs, same {one.Equals(two)}, learned {history.Last.ReconstructionError < 0.2}");
        """;

    /// <summary>Writes the application into a new folder.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="name">The folder's name.</param>
    /// <param name="references">Package references beside the library's, as MSBuild items.</param>
    public static string Create(Packages packages, string name, string references) => Create(packages, name, references, "csproj", Program);

    /// <summary>Writes an application in any language into a new folder.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="name">The folder's name.</param>
    /// <param name="references">Package references beside the library's, as MSBuild items.</param>
    /// <param name="project">The ending of the language's project files.</param>
    /// <param name="program">The program.</param>
    public static string Create(Packages packages, string name, string references, string project, string program)
    {
        var folder = CreateFolder(packages, name);
        File.WriteAllText(Path.Combine(folder, $"{name}.{project}"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{BuildInfo.TargetFramework}</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="DeepBelief.Core" Version="{BuildInfo.PackageVersion}" />
                {references}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, $"Program.{project[..2]}"), program);
        return folder;
    }

    /// <summary>Makes a folder whose programs get the library from the packages.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="name">The folder's name.</param>
    public static string CreateFolder(Packages packages, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(packages.Folder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="deepbelief" value="{packages.Feed}" />
              </packageSources>
            </configuration>
            """);
        // Restores into a folder of its own, so that NuGet's cache never gets a package of this test; what the cache has
        // already is used from there.
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), $"""
            <Project>
              <PropertyGroup>
                <RestorePackagesPath>{Path.Combine(packages.Folder, "cache")}</RestorePackagesPath>
                <RestoreFallbackFolders>{BuildInfo.NuGetCache}</RestoreFallbackFolders>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
              </PropertyGroup>
            </Project>
            """);
        return folder;
    }
}
