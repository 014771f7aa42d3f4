using System.Text.Json;

namespace DeepBelief.Package.Tests;

/// <summary>Which of TorchSharp's packages this repository's applications reference, by the property TorchRuntime.</summary>
public sealed class TorchRuntimeTests
{
    private const string Project = "samples/DeepBelief.Samples.QuickStart/DeepBelief.Samples.QuickStart.csproj";

    [Theory]
    [InlineData("cpu", "TorchSharp-cpu")]
    [InlineData("cuda", "TorchSharp-cuda-*")]
    public void An_application_references_the_runtime_that_was_chosen(string runtime, string package)
    {
        package = package.Replace("*", OperatingSystem.IsWindows() ? "windows" : "linux", StringComparison.Ordinal);
        var items = JsonDocument.Parse(Dotnet.Run(
            BuildInfo.Repository, "msbuild", Project, $"-p:TorchRuntime={runtime}", "-getItem:PackageReference", "-getItem:PackageVersion")).RootElement.GetProperty("Items");
        Identities("PackageReference").Should().BeEquivalentTo("TorchSharp", package);
        items.GetProperty("PackageVersion").EnumerateArray().Single(item => Identity(item) == package).GetProperty("Version").GetString()
            .Should().Be(OperatingSystem.IsWindows() ? "0.106.0" : "0.107.0");

        IEnumerable<string?> Identities(string name) => items.GetProperty(name).EnumerateArray().Select(Identity);

        static string? Identity(JsonElement item) => item.GetProperty("Identity").GetString();
    }

    [Fact]
    public void The_library_references_no_runtime()
    {
        var items = JsonDocument.Parse(Dotnet.Run(
            BuildInfo.Repository, "msbuild", "src/DeepBelief.Core/DeepBelief.Core.csproj", "-p:TorchRuntime=cuda", "-getItem:PackageReference"));
        items.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString())
            .Should().Contain("TorchSharp").And.NotContain(name => name!.StartsWith("TorchSharp-", StringComparison.Ordinal));
    }

    [Fact]
    public void Any_other_runtime_is_refused()
        => Dotnet.Fail(BuildInfo.Repository, "msbuild", Project, "-p:TorchRuntime=gpu", "-t:CheckTorchRuntime")
            .Should().Contain("TorchRuntime is 'gpu'; expected 'cpu' or 'cuda'.");
}
