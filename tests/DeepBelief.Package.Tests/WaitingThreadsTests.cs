using System.Text.RegularExpressions;

namespace DeepBelief.Package.Tests;

/// <summary>
/// How long OpenMP's threads wait in applications that use the package, in rounds: libgomp itself says what it has read, while it is
/// loaded, from the environment.
/// </summary>
[Collection(PackageGroup.Name)]
[Trait("Category", "Slow")]
public sealed partial class WaitingThreadsTests(Packages packages)
{
    private const string Short = "1000";

    // Of libgomp, where nothing is set.
    private const string Default = "300000";

    private static readonly string Runtime = $"""<PackageReference Include="TorchSharp-cpu" Version="{BuildInfo.TorchSharpVersion}" />""";

    [SkippableFact]
    public void Threads_of_an_application_wait_for_a_short_time_unless_the_environment_or_the_project_says_otherwise()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "It is about libgomp.");
        var folder = Consumer.Create(packages, "waits", Runtime);
        Dotnet.Run(folder, "build", "-o", "short");
        var application = Path.Combine("short", "waits.dll");
        Rounds(folder, application).Should().Be(Short);
        Rounds(folder, application, ("GOMP_SPINCOUNT", "7")).Should().Be("7");
        // With which libgomp waits for no round at all.
        Rounds(folder, application, ("OMP_WAIT_POLICY", "PASSIVE")).Should().Be("0");

        Dotnet.Run(folder, "build", "-o", "default", "-p:DeepBeliefShortenWaits=false");
        Rounds(folder, Path.Combine("default", "waits.dll")).Should().Be(Default);
    }

    [SkippableFact]
    public void An_application_in_another_language_builds_and_runs_as_it_is()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "It is about libgomp.");
        var folder = Consumer.Create(packages, "basic", Runtime, "vbproj", """
            Imports DeepBelief

            Module Program
                Sub Main()
                    Using machine = Rbm.Bernoulli(4, 3)
                        System.Console.WriteLine($"{machine.HiddenSize} units")
                    End Using
                End Sub
            End Module
            """);
        Dotnet.Run(folder, "build", "-o", "out");
        Rounds(folder, Path.Combine("out", "basic.dll")).Should().Be(Default);
    }

    private static string Rounds(string folder, string application, params (string Name, string Value)[] variables)
    {
        var (exitCode, output) = Dotnet.Start(folder, [("OMP_DISPLAY_ENV", "VERBOSE"), .. variables], "dotnet", application);
        exitCode.Should().Be(0, "the application printed:\n{0}", output);
        return Said().Match(output).Groups[1].Value;
    }

    [GeneratedRegex("GOMP_SPINCOUNT = '([0-9]+)'")]
    private static partial Regex Said();
}
