using System.IO.Compression;
using System.Xml.Linq;

namespace DeepBelief.Package.Tests;

public sealed class PackageTests(Packages packages) : IClassFixture<Packages>
{
    private static bool System => BuildInfo.TorchProvider == "system";

    [Fact]
    public void The_library_package_holds_what_users_expect()
    {
        using var package = Open("DeepBelief.Core");
        var names = package.Entries.Select(e => e.FullName).ToArray();
        var lib = $"lib/{BuildInfo.TargetFramework}/DeepBelief.Core";
        names.Should().Contain([$"{lib}.dll", $"{lib}.xml", "README.md"]);
        names.Should().NotContain(name => name.StartsWith("runtimes/", StringComparison.Ordinal));
        File.Exists(Path.Combine(packages.Feed, $"DeepBelief.Core.{BuildInfo.PackageVersion}.snupkg")).Should().BeTrue();

        var metadata = Metadata(package);
        Value(metadata, "version").Should().Be(BuildInfo.PackageVersion);
        Value(metadata, "license").Should().Be("MIT");
        Value(metadata, "readme").Should().Be("README.md");
        Value(metadata, "description").Should().Contain("Boltzmann");
        Dependencies(metadata).Should().Equal(System
            ? ("TorchSharp.SystemLibTorch", BuildInfo.PackageVersion)
            : ("TorchSharp", BuildInfo.TorchSharpVersion));
    }

    [Fact]
    public void The_package_over_the_systems_libtorch_brings_its_native_part()
    {
        if (!System)
        {
            File.Exists(Path.Combine(packages.Feed, $"TorchSharp.SystemLibTorch.{BuildInfo.PackageVersion}.nupkg")).Should().BeFalse();
            return;
        }

        using var package = Open("TorchSharp.SystemLibTorch");
        var native = package.Entries.Where(e => e.FullName.StartsWith("runtimes/", StringComparison.Ordinal)).ToArray();
        native.Should().ContainSingle().Which.FullName.Should().StartWith($"runtimes/{BuildInfo.RuntimeIdentifier}/native/");
        native[0].Length.Should().BeGreaterThan(10_000);
        Dependencies(Metadata(package)).Should().BeEmpty();
    }

    [Fact]
    public void An_application_outside_the_repository_trains_saves_and_loads()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packages.Folder, "app")).FullName;
        // With the system's libtorch, the folder is all that an application needs; otherwise TorchSharp comes from elsewhere.
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                {(System ? "<clear />" : string.Empty)}
                <add key="deepbelief" value="{packages.Feed}" />
              </packageSources>
            </configuration>
            """);
        var runtime = System ? string.Empty : $"""<PackageReference Include="TorchSharp-cpu" Version="{BuildInfo.TorchSharpVersion}" />""";
        File.WriteAllText(Path.Combine(folder, "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{BuildInfo.TargetFramework}</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>packages</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="DeepBelief.Core" Version="{BuildInfo.PackageVersion}" />
                {runtime}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """
            using DeepBelief;
            using DeepBelief.Data;

            using var data = TrialDataset.Create(seed: 1);
            using var rbm = Rbm.Bernoulli(visible: 10, hidden: 20);
            var history = rbm.Fit(data, new() { Epochs = 30 });
            rbm.Save("model.pt");
            using var again = Rbm.Load("model.pt");
            using var one = rbm.FreeEnergy(data);
            using var two = again.FreeEnergy(data);
            Console.WriteLine($"{history.Epochs.Count} epochs, same {one.Equals(two)}, learned {history.Last.ReconstructionError < 0.9 * history.Epochs[0].ReconstructionError}");
            """);

        Dotnet.Run(folder, "run").Trim().Should().EndWith("30 epochs, same True, learned True");
        File.Exists(Path.Combine(folder, "model.pt")).Should().BeTrue();
    }

    private static XElement Metadata(ZipArchive package)
    {
        using var nuspec = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Root!.Elements().First();
    }

    private static string? Value(XElement metadata, string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;

    private static IEnumerable<(string Id, string Version)> Dependencies(XElement metadata)
        => metadata.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => ((string)e.Attribute("id")!, (string)e.Attribute("version")!));

    private ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(packages.Feed, $"{id}.{BuildInfo.PackageVersion}.nupkg"));
}
