namespace DeepBelief.Package.Tests;

/// <summary>The command line, installed as a tool.</summary>
[Collection(PackageGroup.Name)]
[Trait("Category", "Slow")]
public sealed class ToolTests(Packages packages)
{
    [SkippableFact]
    public void The_tool_is_installed_from_its_packages_and_finds_torch()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "It takes Linux to run what is packed for it.");
        var folder = Directory.CreateDirectory(Path.Combine(packages.Folder, "tool")).FullName;
        _ = Dotnet.Run(
            BuildInfo.Repository,
            "pack", "src/DeepBelief.Cli/DeepBelief.Cli.csproj", "--nologo",
            "-c", BuildInfo.Configuration,
            "-o", packages.Feed,
            $"-p:TorchSharpVersion={BuildInfo.TorchSharpVersion}",
            "-p:BuildProjectReferences=false",
            "-p:ToolSystems=linux-x64");

        // The public gallery refuses packages of more than 250 MB.
        new FileInfo(Path.Combine(packages.Feed, $"DeepBelief.Cli.linux-x64.{BuildInfo.PackageVersion}.nupkg")).Length.Should().BeLessThan(250_000_000);
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="deepbelief" value="{packages.Feed}" />
              </packageSources>
              <config>
                <add key="globalPackagesFolder" value="{Path.Combine(packages.Folder, "tool-cache")}" />
              </config>
            </configuration>
            """);
        _ = Dotnet.Run(folder, "tool", "install", "DeepBelief.Cli", "--tool-path", "bin", "--version", BuildInfo.PackageVersion, "--configfile", "nuget.config");

        File.WriteAllText(Path.Combine(folder, "table.csv"), "kind,size\na,1\nb,2\na,3\nb,2.5\n");
        var tool = Path.Combine(folder, "bin", "deepbelief");
        var (exitCode, output) = Dotnet.Start(folder, tool, "fit", "rbm", "table.csv", "--hidden", "3", "--epochs", "2", "-o", "model.pt");
        exitCode.Should().Be(0, "the tool printed:\n{0}", output);
        output.Should().Contain("saved to model.pt");
        Dotnet.Start(folder, tool, "info", "model.pt").Output.Should().Contain("model: rbm");
        Dotnet.Start(folder, tool, "fit", "forest").ExitCode.Should().Be(2);
    }
}
