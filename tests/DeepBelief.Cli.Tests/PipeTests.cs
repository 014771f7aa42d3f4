using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Cli.Tests;

/// <summary>Standard input and output, and the names of columns that tables keep on their way.</summary>
public sealed class PipeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_dash_is_standard_input_and_output()
    {
        var table = CliRun.Table(folder);
        var text = File.ReadAllText(table);
        _ = CliRun.Of("fit", "rbm", table, "--ignore", "name", "--hidden", "3", "--epochs", "1", "-o", folder.File("file.pt"));
        _ = CliRun.Piped(text, "fit", "rbm", "-", "--ignore", "name", "--hidden", "3", "--epochs", "1", "-o", folder.File("piped.pt"));
        File.ReadAllBytes(folder.File("piped.pt")).Should().Equal(File.ReadAllBytes(folder.File("file.pt")));

        var filled = CliRun.Of("fill", folder.File("file.pt"), table, "--draws", "1", "--seed", "3").Output;
        CliRun.Piped(text, "fill", folder.File("file.pt"), "-", "--draws", "1", "--seed", "3", "-o", "-").Output.Should().Be(filled);
        CliRun.Piped(filled, "score", folder.File("file.pt"), "-").Output.Should().StartWith("free_energy\n");

        const string Numbers = "a;b\n1.5;-2\n3;4\n";
        CliRun.Piped(Numbers, "convert", "-", "-", "--delimiter", ";").Output.Should().Be("column1,column2\n1.5,-2\n3,4\n");
        _ = CliRun.Piped(Numbers, "convert", "-", folder.File("n.npy"), "--delimiter", ";");
        CliRun.Of("convert", folder.File("n.npy"), "-").Output.Should().Be("column1,column2\n1.5,-2\n3,4\n");
        CliRun.Piped(Numbers, "info", "-", "--delimiter", ";").Output.Should().StartWith("standard input: CSV\n2 rows, 2 columns\n");
        CliRun.Fails(2, "error: --json and the output '-'*", "convert", folder.File("n.npy"), "-", "--json");
        var broken = CliRun.Any(["info", "-"], CancellationToken.None, "a,b\n1\n");
        (broken.ExitCode, broken.Error).Should().Be((1, $"error: standard input: Line 2: expected 2 values, as the first line has, found 1.{Environment.NewLine}"));
    }

    [Fact]
    public void Numbers_in_units_of_one_kind_keep_the_names_and_the_scale_of_their_columns()
    {
        File.WriteAllLines(folder.File("grey.csv"), ["left,middle,right", .. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "255,0,51" : "0,255,204")]);
        _ = CliRun.Of("fit", "rbm", folder.File("grey.csv"), "--units", "bernoulli", "--scale", "255", "--hidden", "3", "--epochs", "2", "-o", folder.File("m.pt"));
        using var rbm = Rbm.Load(folder.File("m.pt"));
        rbm.Visible.Should().BeOfType<BernoulliUnits>();
        var rows = CsvTable.Load(folder.File("grey.csv")).ToTensor().div(torch.tensor(255f));
        using var expected = new Rbm(new BernoulliUnits(3), new BernoulliUnits(3));
        expected.Fit(rows, new() { Epochs = 2 });
        CliRun.ShouldBeSame(rbm, expected);

        // By name, in any order, and in the numbers of the file.
        File.WriteAllText(folder.File("turned.csv"), "right,left,other,middle\n51,255,x,0\n");
        var score = CsvTable.FromTensor(rbm.FreeEnergy(rows.narrow(0, 0, 1)).reshape(1, 1), ["free_energy"]).Rows[0][0];
        CliRun.Of("score", folder.File("m.pt"), folder.File("turned.csv")).Output.Should().Be($"free_energy\n{score}\n");
        var drawn = CliRun.Of("sample", folder.File("m.pt"), "-n", "20", "--steps", "5", "-o", folder.File("drawn.csv"));
        drawn.Output.Should().Contain("20 rows");
        var samples = CsvTable.Load(folder.File("drawn.csv"));
        samples.Names.Should().Equal("left", "middle", "right");
        samples.Column("left").Should().OnlyContain(text => text == "0" || text == "255");
        _ = CliRun.Of("sample", folder.File("m.pt"), "-n", "20", "--steps", "5", "-o", folder.File("drawn.npy"));
        NpyFile.Load(folder.File("drawn.npy")).data<float>().ToArray().Should().Equal(samples.ToTensor().data<float>().ToArray());
        NpyFile.Save(folder.File("row.npy"), torch.tensor(new float[,] { { 255, 0, 51 } }));
        CliRun.Of("score", folder.File("m.pt"), folder.File("row.npy")).Output.Should().Be($"free_energy\n{score}\n");
        CliRun.Fails(1, "error: *turned.csv: expected *found none of the name 'season', 'degrees', 'rain' but 'right', *", "score", Degrees(), folder.File("turned.csv"));
    }

    [Fact]
    public void A_state_dict_with_the_names_of_a_machine_is_read_as_one_of_bits()
    {
        var (rows, labels) = CliRun.Bits(folder);
        _ = labels;
        using var rbm = Rbm.Bernoulli(6, 3, seed: 1);
        using var dbn = Dbn.Bernoulli([6, 4, 2], seed: 1);
        using var dbm = Dbm.Bernoulli([6, 4, 2], seed: 1);
        Save("rbm", path => rbm.Save(path));
        Save("dbn", path => dbn.Save(path));
        Save("dbm", path => dbm.Save(path));
        foreach (var (name, expected) in new Dictionary<string, Tensor> { ["rbm"] = rbm.Transform(rows), ["dbn"] = dbn.Transform(rows), ["dbm"] = dbm.Transform(rows) })
        {
            var run = CliRun.Of("features", folder.File($"{name}.sd.pt"), folder.File("rows.npy"), "-o", folder.File("f.npy"));
            run.Error.Should().Contain($"{name}.sd.pt is a plain state dict, which doesn't say what units it is of; it is read as one of kind {name}, with bernoulli units.");
            NpyFile.Load(folder.File("f.npy")).data<float>().ToArray().Should().Equal(expected.detach().contiguous().data<float>().ToArray());
            _ = CliRun.Of("convert", folder.File($"{name}.sd.pt"), folder.File($"{name}.back.pt"), "--format", "deepbelief");
            CliRun.Of("info", folder.File($"{name}.back.pt")).Output.Should().Contain($"model: {name}");
        }

        // Of units that have other parameters, or are none, nothing is guessed.
        using var gaussian = new Rbm(new GaussianUnits(6), new BernoulliUnits(3));
        using var net = Classifier.Random([6, 3], 2);
        Save("gaussian", path => gaussian.Save(path));
        Save("net", path => net.Save(path));
        foreach (var name in new[] { "gaussian", "net" })
            CliRun.Fails(1, "error: *found a plain state dict: tensors that don't say what layers and units they are of. Convert the file that they were taken from with '--format deepbelief'*", "features", folder.File($"{name}.sd.pt"), folder.File("rows.npy"));

        void Save(string name, Action<string> save)
        {
            save(folder.File($"{name}.pt"));
            _ = CliRun.Of("convert", folder.File($"{name}.pt"), folder.File($"{name}.sd.pt"), "--format", "state-dict");
        }
    }

    private string Degrees()
    {
        _ = CliRun.Of("fit", "rbm", CliRun.Table(folder), "--ignore", "name", "--hidden", "3", "--epochs", "1", "-o", folder.File("t.pt"));
        return folder.File("t.pt");
    }
}
