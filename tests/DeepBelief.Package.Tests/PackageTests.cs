using System.IO.Compression;
using System.Xml.Linq;

namespace DeepBelief.Package.Tests;

[Collection(PackageGroup.Name)]
public sealed class PackageTests(Packages packages)
{
    [Fact]
    public void It_holds_what_users_expect()
    {
        using var package = ZipFile.OpenRead(Path.Combine(packages.Feed, $"DeepBelief.Core.{BuildInfo.PackageVersion}.nupkg"));
        var lib = $"lib/{BuildInfo.TargetFramework}/DeepBelief.Core";
        package.Entries.Select(entry => entry.FullName).Where(name => !IsPackaging(name)).Should().BeEquivalentTo(
            $"{lib}.dll",
            $"{lib}.xml",
            "buildTransitive/DeepBelief.Core.targets",
            "buildTransitive/ShortWaits.cs",
            "buildTransitive/WeakenSymbolVersion.cs",
            "README.md",
            "icon.png");
        File.Exists(Path.Combine(packages.Feed, $"DeepBelief.Core.{BuildInfo.PackageVersion}.snupkg")).Should().BeTrue();

        var metadata = Metadata(package);
        Value("version").Should().Be(BuildInfo.PackageVersion);
        Value("license").Should().Be("MIT");
        Value("readme").Should().Be("README.md");
        Value("icon").Should().Be("icon.png");
        Value("description").Should().Contain("Boltzmann");
        Value("tags").Should().Contain("rbm").And.Contain("torchsharp");
        Value("releaseNotes").Should().NotBeNullOrEmpty();

        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
    }

    [Fact]
    public void It_leaves_the_native_libraries_to_the_application_and_takes_any_TorchSharp_that_works()
    {
        using var package = ZipFile.OpenRead(Path.Combine(packages.Feed, $"DeepBelief.Core.{BuildInfo.PackageVersion}.nupkg"));
        var dependencies = Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);
        dependencies.Keys.Should().BeEquivalentTo("TorchSharp", "DeepBelief.Files");
        dependencies["TorchSharp"].Should().Be("0.106.0");
        // One version of both, as the one uses what the other does not show.
        dependencies["DeepBelief.Files"].Should().Be($"[{BuildInfo.PackageVersion}]");
        package.Entries.Should().NotContain(entry => entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal));
    }

    [Fact]
    public void The_files_package_stands_alone()
    {
        using var package = ZipFile.OpenRead(Path.Combine(packages.Feed, $"DeepBelief.Files.{BuildInfo.PackageVersion}.nupkg"));
        var lib = $"lib/{BuildInfo.TargetFramework}/DeepBelief.Files";
        package.Entries.Select(entry => entry.FullName).Where(name => !IsPackaging(name)).Should().BeEquivalentTo($"{lib}.dll", $"{lib}.xml", "README.md", "icon.png");
        Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => (string)element.Attribute("id")!)
            .Should().BeEquivalentTo("TorchSharp", "System.IO.Hashing");
    }

    [Fact]
    public void The_onnx_package_brings_the_library_and_no_tool_of_its_build()
    {
        using var package = ZipFile.OpenRead(Path.Combine(packages.Feed, $"DeepBelief.Onnx.{BuildInfo.PackageVersion}.nupkg"));
        var lib = $"lib/{BuildInfo.TargetFramework}/DeepBelief.Onnx";
        package.Entries.Select(entry => entry.FullName).Where(name => !IsPackaging(name)).Should().BeEquivalentTo($"{lib}.dll", $"{lib}.xml", "README.md", "icon.png");
        var dependencies = Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);
        dependencies.Keys.Should().BeEquivalentTo("TorchSharp", "DeepBelief.Core", "Google.Protobuf");
        dependencies["DeepBelief.Core"].Should().Be($"[{BuildInfo.PackageVersion}]");
        // The version that TorchSharp brings, so that an application gets no other.
        dependencies["Google.Protobuf"].Should().Be("3.21.9");
    }

    [Fact]
    public void The_ML_NET_package_brings_ML_NET_itself_alone()
    {
        using var package = ZipFile.OpenRead(Path.Combine(packages.Feed, $"DeepBelief.ML.{BuildInfo.PackageVersion}.nupkg"));
        var lib = $"lib/{BuildInfo.TargetFramework}/DeepBelief.ML";
        package.Entries.Select(entry => entry.FullName).Where(name => !IsPackaging(name)).Should().BeEquivalentTo($"{lib}.dll", $"{lib}.xml", "README.md", "icon.png");
        var dependencies = Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);
        // Not Microsoft.ML.TorchSharp, which is made for an older TorchSharp.
        dependencies.Keys.Should().BeEquivalentTo("TorchSharp", "DeepBelief.Core", "Microsoft.ML");
        dependencies["DeepBelief.Core"].Should().Be($"[{BuildInfo.PackageVersion}]");
    }

    [Fact]
    public void The_csv_package_brings_the_library_and_its_reader()
    {
        using var package = ZipFile.OpenRead(Path.Combine(packages.Feed, $"DeepBelief.Csv.{BuildInfo.PackageVersion}.nupkg"));
        var lib = $"lib/{BuildInfo.TargetFramework}/DeepBelief.Csv";
        package.Entries.Select(entry => entry.FullName).Where(name => !IsPackaging(name)).Should().BeEquivalentTo($"{lib}.dll", $"{lib}.xml", "README.md", "icon.png");
        var dependencies = Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);
        dependencies.Keys.Should().BeEquivalentTo("TorchSharp", "DeepBelief.Core", "CsvHelper");
        dependencies["DeepBelief.Core"].Should().Be($"[{BuildInfo.PackageVersion}]");
    }

    [Fact]
    public void The_package_for_several_processes_brings_the_library_and_no_MPI()
    {
        using var package = ZipFile.OpenRead(Path.Combine(packages.Feed, $"DeepBelief.Distributed.{BuildInfo.PackageVersion}.nupkg"));
        var lib = $"lib/{BuildInfo.TargetFramework}/DeepBelief.Distributed";
        package.Entries.Select(entry => entry.FullName).Where(name => !IsPackaging(name)).Should().BeEquivalentTo($"{lib}.dll", $"{lib}.xml", "README.md", "icon.png");
        var dependencies = Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);
        dependencies.Keys.Should().BeEquivalentTo("TorchSharp", "DeepBelief.Core");
        dependencies["DeepBelief.Core"].Should().Be($"[{BuildInfo.PackageVersion}]");
    }

    private static bool IsPackaging(string name)
        => name.EndsWith(".nuspec", StringComparison.Ordinal)
            || name.StartsWith("_rels/", StringComparison.Ordinal)
            || name.StartsWith("package/", StringComparison.Ordinal)
            || name == "[Content_Types].xml";

    private static XElement Metadata(ZipArchive package)
    {
        using var nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Root!.Elements().First();
    }
}
