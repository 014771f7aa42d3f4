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
    public void An_application_loads_a_pipeline_of_ML_NET_that_another_run_has_saved()
    {
        var folder = Consumer.Create(packages, "ml", $"""{Runtime}<PackageReference Include="DeepBelief.ML" Version="{BuildInfo.PackageVersion}" />""");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """
            using DeepBelief;
            using Microsoft.ML;
            using Microsoft.ML.Data;

            var mlContext = new MLContext(seed: 1);
            var random = new Random(1);
            Row[] rows = [.. Enumerable.Range(0, 100).Select(i => new Row { Bits = [i % 2, i % 2, 1 - (i % 2), random.Next(2)], Label = (uint)(i % 2) })];
            if (args is ["save"])
            {
                var data = mlContext.Data.LoadFromEnumerable(rows);
                var trainer = mlContext.MulticlassClassification.Trainers.Dbn(columns => Dbn.Bernoulli(columns, 8), featureColumnName: "Bits");
                mlContext.Model.Save(trainer.Fit(data), data.Schema, "model.zip");
            }

            using var engine = mlContext.Model.CreatePredictionEngine<Row, Said>(mlContext.Model.Load("model.zip", out _));
            Console.WriteLine(string.Join(' ', rows.SelectMany(row => engine.Predict(row).Score)));

            public sealed class Row
            {
                [VectorType(4)]
                public float[] Bits { get; set; } = [];

                [KeyType(2)]
                public uint Label { get; set; }
            }

            public sealed class Said
            {
                public float[] Score { get; set; } = [];
            }
            """);
        var saved = Dotnet.Run(folder, "run", "save").Trim().Split('\n')[^1];
        saved.Split(' ').Should().HaveCount(200);
        Dotnet.Run(folder, "run", "--no-build").Trim().Split('\n')[^1].Should().Be(saved);
    }

    [Fact]
    public void A_program_of_one_file_gets_the_packages_and_runs()
    {
        var folder = Consumer.CreateFolder(packages, "file");
        // Windows takes another version of TorchSharp than the page names.
        var program = File.ReadAllText(Path.Combine(BuildInfo.Repository, "docs", "quickstart.cs"))
            .Replace("TorchSharp-cpu@0.107.0", $"TorchSharp-cpu@{BuildInfo.TorchSharpVersion}", StringComparison.Ordinal);
        program.Should().Contain($"DeepBelief.Core@{BuildInfo.PackageVersion}");
        File.WriteAllText(Path.Combine(folder, "quickstart.cs"), program);
        // Such programs are built in the user's data or temporary folder, which here is gone after the test.
        var place = OperatingSystem.IsWindows() ? "TMP" : "XDG_DATA_HOME";
        var (exitCode, output) = Dotnet.Start(folder, [(place, packages.Folder)], "dotnet", "run", "quickstart.cs");
        exitCode.Should().Be(0, "the program printed:\n{0}", output);
        // Without learning it is a quarter. A warning would be a line, too.
        output.Trim().Split('\n').Should().ContainSingle().Which.Should().MatchRegex("^error 0[.][0-9]{3} -> 0[.]0[0-9]{2}$");
        File.Exists(Path.Combine(folder, "rbm.pt")).Should().BeTrue();
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
