using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Cli.Tests;

/// <summary>Commands about files.</summary>
public sealed class FileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_matrix_goes_through_every_format_and_comes_back()
    {
        var values = torch.tensor(new[,] { { 0.1f, -2, 3e10f }, { 4, 0.333333f, 6 } });
        NpyFile.Save(folder.File("0.npy"), values);
        string[] endings = ["npz", "safetensors", "pt", "idx", "csv", "tsv", "npy", "csv", "pt", "npy"];
        foreach (var (i, ending) in endings.Index())
        {
            _ = CliRun.Of("convert", folder.File($"{i}.{(i == 0 ? "npy" : endings[i - 1])}"), folder.File($"{i + 1}.{ending}"));
        }

        NpyFile.Load(folder.File($"{endings.Length}.npy")).data<float>().ToArray().Should().Equal(values.data<float>().ToArray());
        using var archive = NpzFile.Load(folder.File("1.npz"));
        archive.Tensors.Keys.Should().Equal("data");
    }

    [Fact]
    public void Tensors_of_any_shape_become_rows_of_text()
    {
        Text(torch.zeros(0, 3), "column1,column2,column3\n");
        Text(torch.zeros(0, 3, 2), "column1,column2,column3,column4,column5,column6\n");
        Text(torch.zeros(0), "column1\n");
        Text(torch.tensor(7L), "column1\n7\n");
        Text(torch.tensor(new long[] { 7, 8 }), "column1\n7\n8\n");
        Text(torch.arange(8, dtype: ScalarType.Int64, device: torch.CPU).reshape(2, 2, 2), "column1,column2,column3,column4\n0,1,2,3\n4,5,6,7\n");

        void Text(Tensor tensor, string expected)
        {
            NpyFile.Save(folder.File("t.npy"), tensor);
            _ = CliRun.Of("convert", folder.File("t.npy"), folder.File("t.csv"));
            File.ReadAllText(folder.File("t.csv")).ReplaceLineEndings("\n").Should().Be(expected);
            CliRun.Of("convert", folder.File("t.npy"), "-").Output.ReplaceLineEndings("\n").Should().Be(expected);
        }
    }

    [Fact]
    public void A_model_goes_between_formats_with_its_encoder()
    {
        using var rbm = Rbm.Bernoulli(4, 3, seed: 6);
        rbm.Save(folder.File("m.pt"));
        _ = CliRun.Of("convert", folder.File("m.pt"), folder.File("m.safetensors"));
        _ = CliRun.Of("convert", folder.File("m.safetensors"), folder.File("m.npz"));
        _ = CliRun.Of("convert", folder.File("m.npz"), folder.File("original.pt"), "--format", "original");
        _ = CliRun.Of("convert", folder.File("original.pt"), folder.File("back.pt"));
        NpzFile.Load(folder.File("m.npz")).Tensors.Keys.Should().Contain("components_");
        using var back = Rbm.Load(folder.File("back.pt"));
        CliRun.ShouldBeSame(back, rbm);

        _ = CliRun.Of("convert", folder.File("m.pt"), folder.File("m.onnx"));
        File.ReadAllText(folder.File("m.onnx"), System.Text.Encoding.Latin1).Should().Contain("features");

        _ = CliRun.Of("fit", "rbm", CliRun.Table(folder), "--ignore", "name", "--hidden", "3", "--epochs", "1", "-o", folder.File("t.pt"));
        _ = CliRun.Of("convert", folder.File("t.pt"), folder.File("t.safetensors"));
        TableEncoder.Load(folder.File("t.safetensors.encoder.json")).Columns.Should().Equal(TableEncoder.Load(folder.File("t.pt.encoder.json")).Columns);
        // Not a machine of scikit-learn's: its tensors alone.
        const string Lost = "warning: * says neither that they are of a model of kind rbm nor of which kinds its units or layers are. *\n";
        const string NoColumns = "warning: * does not keep the columns of the model's table*\n";
        CliRun.Of("convert", folder.File("t.pt"), folder.File("t.npz")).Error.Should().Match($"{Lost}{NoColumns}");
        NpzFile.Load(folder.File("t.npz")).Tensors.Keys.Should().Contain("weight").And.NotContain("components_");
        CliRun.Of("convert", folder.File("t.pt"), folder.File("t.onnx")).Error.Should().Match(NoColumns).And.NotMatch(Lost);
        CliRun.Of("convert", folder.File("m.pt"), folder.File("s.pt"), "--format", "state-dict").Error.Should().Match(Lost);
        foreach (var (from, to) in new[] { ("m.pt", "n.npz"), ("t.pt", "n.safetensors"), ("t.pt", "n.pt"), ("m.pt", "n.onnx") })
            CliRun.Of("convert", folder.File(from), folder.File(to)).Error.Should().BeEmpty();
    }

    [Fact]
    public void Of_several_tensors_one_is_named()
    {
        SafetensorsFile.Save(folder.File("two.safetensors"), new Dictionary<string, Tensor> { ["a"] = torch.ones(2), ["b"] = torch.zeros(3) });
        CliRun.Fails(1, "error: *two.safetensors: expected one tensor, or the option --key, found a, b.\n", "convert", folder.File("two.safetensors"), folder.File("one.npy"));
        _ = CliRun.Of("convert", folder.File("two.safetensors"), folder.File("one.npy"), "--key", "b");
        NpyFile.Load(folder.File("one.npy")).shape.Should().Equal(3);
        _ = CliRun.Of("convert", folder.File("two.safetensors"), folder.File("two.npz"));
        NpzFile.Load(folder.File("two.npz")).Tensors.Keys.Should().Equal("a", "b");
        CliRun.Fails(1, "error: *expected a model*found none.\n", "convert", folder.File("two.safetensors"), folder.File("x.onnx"));
        CliRun.Fails(2, "error: *expected a file ending with*", "convert", folder.File("two.safetensors"), folder.File("x.parquet"));
        folder.Files.Should().BeEquivalentTo("two.safetensors", "one.npy", "two.npz");
    }

    [Fact]
    public void Info_says_what_is_in_every_kind_of_file()
    {
        using var rbm = new Rbm(new GaussianUnits(4), new BernoulliUnits(3));
        rbm.Save(folder.File("m.pt"));
        var model = CliRun.Of("info", folder.File("m.pt"), "--json").Json;
        model["model"]!.GetValue<string>().Should().Be("rbm");
        model["config"]!["visible"]!["kind"]!.GetValue<string>().Should().Be("gaussian");
        model["parameters"]!.GetValue<long>().Should().Be(rbm.parameters().Sum(parameter => parameter.numel()));
        model["tensors"]!.AsArray().Select(tensor => tensor!["name"]!.GetValue<string>()).Should().BeEquivalentTo(rbm.state_dict().Keys);
        CliRun.Of("info", folder.File("m.pt")).Output.Should().Contain("model: rbm").And.Contain("weight: float32 [3, 4]");

        IdxFile.Save(folder.File("i.idx"), torch.zeros(2, 3, dtype: ScalarType.Int16));
        CliRun.Of("info", folder.File("i.idx")).Output.Should().EndWith("IDX\narray: int16 [2, 3]\n");
        SafetensorsFile.Save(folder.File("s"), new Dictionary<string, Tensor> { ["a\u001b[2J"] = torch.ones(2) }, new Dictionary<string, string> { ["format"] = "pt" });
        // No text of a file is a command to the terminal.
        CliRun.Of("info", folder.File("s")).Output.Should().Contain("a?[2J: float32 [2]").And.Contain("metadata format: pt").And.NotContain("\u001b");

        var table = CliRun.Of("info", CliRun.Table(folder), "--json").Json;
        table["format"]!.GetValue<string>().Should().Be("CSV");
        table["rows"]!.GetValue<long>().Should().Be(90);
        table["columns"]!.AsArray().Select(column => column!["kind"]!.GetValue<string>()).Should().Equal("category", "number", "yes-no", "category");
        table["columns"]![0]!.ToJsonString().Should().Be("""{"name":"season","kind":"category","categories":["spring","summer","winter"]}""");
        var degrees = (NumberColumn)TableEncoder.Fit(CsvTable.Load(folder.File("table.csv"))).Columns[1];
        table["columns"]![1]!["mean"]!.GetValue<double>().Should().Be(degrees.Mean);
        table["columns"]![1]!["deviation"]!.GetValue<double>().Should().Be(degrees.Deviation);
        table["columns"]![2]!.ToJsonString().Should().Be("""{"name":"rain","kind":"yes-no","no":"no","yes":"yes"}""");
        File.WriteAllText(folder.File("unclear.csv"), "a\n1 5\n2\n3\n4\n");
        var unclear = CliRun.Of("info", folder.File("unclear.csv"), "--json").Json["columns"]![0]!;
        (unclear["kind"]!.GetValue<string>(), unclear["reason"]!.GetValue<string>()[..11]).Should().Be(("unclear", "Column 'a':"));
        _ = CliRun.Of("fit", "rbm", folder.File("table.csv"), "--hidden", "2", "--epochs", "1", "-o", folder.File("t.pt"));
        CliRun.Of("info", folder.File("t.pt.encoder.json"), "--json").Json["columns"]!.AsArray().Select(column => column!["kind"]!.GetValue<string>()).Should().Equal("category", "number", "yes-no", "category");
        CliRun.Of("info", folder.File("t.pt.encoder.json")).Output.Should().Contain("table encoder\n4 columns,").And.Contain("rain: 'no' or 'yes'");
        CliRun.Of("info", folder.File("t.pt")).Output.Should().Contain("beside it: ").And.Contain(".encoder.json");

        foreach (var name in Fixtures.Names.Where(name => !name.StartsWith("refused", StringComparison.Ordinal)))
        {
            File.WriteAllBytes(folder.File("f"), Fixtures.Bytes(name));
            CliRun.Any("info", folder.File("f")).ExitCode.Should().BeOneOf([0, 1], name);
        }
    }

    [Fact]
    public void Broken_files_are_refused_by_every_command_and_leave_nothing_behind()
    {
        CliRun.Bits(folder);
        using var rbm = Rbm.Bernoulli(6, 3);
        rbm.Save(folder.File("m.pt"));
        var random = new Random(1);
        var whole = File.ReadAllBytes(folder.File("m.pt"));
        var (read, refused) = (0, 0);
        for (var i = 0; i < 60; i++)
        {
            var broken = (byte[])whole.Clone();
            for (var changes = 0; changes < 3; changes++)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(folder.File("b.pt"), broken);
            foreach (var args in new string[][] { ["info", folder.File("b.pt")], ["score", folder.File("b.pt"), folder.File("rows.npy")], ["convert", folder.File("b.pt"), folder.File("c.safetensors")] })
            {
                var run = CliRun.Any(args);
                run.ExitCode.Should().BeOneOf([0, 1], run.Error);
                (read, refused) = run.ExitCode == 0 ? (read + 1, refused) : (read, refused + 1);
            }

            File.Delete(folder.File("c.safetensors"));
            folder.Files.Should().BeEquivalentTo("rows.npy", "labels.npy", "m.pt", "b.pt");
        }

        refused.Should().BeGreaterThan(60);
        read.Should().BeGreaterThan(0);
    }
}
