namespace DeepBelief.Package.Tests;

/// <summary>Applications outside the repository that use the package.</summary>
[Collection(PackageGroup.Name)]
[Trait("Category", "Slow")]
public sealed class ApplicationTests(Packages packages)
{
    private static readonly string Runtime = $"""<PackageReference Include="TorchSharp-cpu" Version="{BuildInfo.TorchSharpVersion}" />""";

    [Fact]
    public void An_application_trains_saves_and_loads()
    {
        var folder = Consumer.Create(packages, "run", Runtime);
        Dotnet.Run(folder, "run").Trim().Should().EndWith(Consumer.Success);
        File.Exists(Path.Combine(folder, "model.pt")).Should().BeTrue();
    }

    [Fact]
    public void An_application_writes_an_ONNX_file()
    {
        var folder = Consumer.Create(packages, "onnx", $"""{Runtime}<PackageReference Include="DeepBelief.Onnx" Version="{BuildInfo.PackageVersion}" />""");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """
            using DeepBelief;

            using var rbm = Rbm.Gaussian(visible: 4, hidden: 3);
            rbm.SaveOnnx("score.onnx", OnnxOutput.FreeEnergy);
            """);
        _ = Dotnet.Run(folder, "run");
        // Protobuf writes texts as they are.
        File.ReadAllText(Path.Combine(folder, "score.onnx"), System.Text.Encoding.Latin1).Should().Contain("free_energy").And.Contain("4 gaussian");
    }

    [Fact]
    public void An_application_reads_a_table_from_a_CSV_file()
    {
        var folder = Consumer.Create(packages, "csv", $"""{Runtime}<PackageReference Include="DeepBelief.Csv" Version="{BuildInfo.PackageVersion}" />""");
        File.WriteAllText(Path.Combine(folder, "table.csv"), "kind,size\na,1\nb,2\na,3\n");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """
            using DeepBelief.Data;

            var table = CsvTable.Load("table.csv");
            using var states = TableEncoder.Fit(table).Encode(table);
            Console.WriteLine($"rows and units: {string.Join(", ", states.shape)}");
            """);
        Dotnet.Run(folder, "run").Trim().Should().EndWith("rows and units: 3, 2");
    }

    [SkippableTheory]
    [InlineData("published", "--self-contained", "false")]
    [InlineData("single", "--self-contained", "-p:PublishSingleFile=true")]
    public void A_published_application_runs_with_TorchSharp_adapted_to_an_older_libstdcxx(string name, params string[] arguments)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "It takes Linux to run what is published for it.");
        var folder = Consumer.Create(packages, name, Runtime);
        Dotnet.Run(folder, ["publish", "-r", "linux-x64", "-o", "out", .. arguments]);

        var (exitCode, output) = Dotnet.Start(folder, Path.Combine(folder, "out", name));
        exitCode.Should().Be(0, "the application printed:\n{0}", output);
        output.Trim().Should().EndWith(Consumer.Success);
        AdaptedLibrary.ShouldDifferInItsFlagAlone(Path.Combine(folder, "out", "libLibTorchSharp.so"));
    }

    [Fact]
    public void Without_the_native_libraries_the_build_says_which_package_to_add()
    {
        var folder = Consumer.Create(packages, "none", string.Empty);
        // That a feed has no TorchSharp as old as the library takes is another matter.
        var output = Dotnet.Fail(folder, "run", "-p:NoWarn=NU1603");
        output.Should().Contain("error DEEPBELIEF001").And.Contain("TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows");
        Dotnet.Run(folder, "build", "-p:NoWarn=NU1603", "-p:DeepBeliefCheckTorchRuntime=false").Should().NotContain("DEEPBELIEF001");
    }
}
