using System.Globalization;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Cli.Tests;

public sealed class FitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void An_rbm_is_what_the_library_makes_of_the_same_rows_and_options()
    {
        var (rows, _) = CliRun.Bits(folder);
        var run = CliRun.Of("fit", "rbm", folder.File("rows.npy"), "--hidden", "5", "--epochs", "4", "--batch", "20", "--rate", "0.05", "--seed", "4", "-o", folder.File("m.pt"), "--json");

        using var expected = Rbm.Bernoulli(6, 5, seed: 4);
        var history = expected.Fit(rows, new() { Epochs = 4, BatchSize = 20, LearningRate = 0.05, Seed = 4 });
        using var rbm = Rbm.Load(folder.File("m.pt"));
        CliRun.ShouldBeSame(rbm, expected);
        run.Json["kind"]!.GetValue<string>().Should().Be("rbm");
        run.Json["units"]!.GetValue<string>().Should().Be("bernoulli");
        run.Json["epochs"]!.AsArray().Select(epoch => epoch!["reconstructionError"]!.GetValue<double>()).Should().Equal(history.Epochs.Select(epoch => epoch.ReconstructionError));
        folder.Files.Should().BeEquivalentTo("rows.npy", "labels.npy", "m.pt");
    }

    [Theory]
    [InlineData("gaussian", "relu")]
    [InlineData("binomial:3", "spin")]
    [InlineData("softmax:2", "bernoulli")]
    public void Units_are_those_asked_for(string visible, string hidden)
    {
        var rows = visible == "softmax:2" ? torch.tensor(new float[,] { { 1, 0, 0, 1 }, { 0, 1, 0, 1 } }) : torch.tensor(new float[,] { { 3, 0, 1, 2 }, { 2, 1, 0, 3 } });
        NpyFile.Save(folder.File("rows.npy"), rows);
        _ = CliRun.Of("fit", "rbm", folder.File("rows.npy"), "--units", visible, "--hidden-units", hidden, "--hidden", "2", "--epochs", "1", "-o", folder.File("m.pt"));
        using var rbm = Rbm.Load(folder.File("m.pt"));
        $"{rbm.Visible.GetType().Name} {rbm.Hidden.GetType().Name}".Should().Be(visible switch { "gaussian" => "GaussianUnits ReluUnits", "binomial:3" => "BinomialUnits SpinUnits", _ => "SoftmaxUnits BernoulliUnits" });
    }

    [Fact]
    public void Numbers_beyond_bits_are_gaussian_and_images_are_scaled()
    {
        NpyFile.Save(folder.File("numbers.npy"), torch.tensor(new float[,] { { 1, 5 }, { 2, 4 }, { 3, 9 } }));
        IdxFile.Save(folder.File("images.idx"), torch.tensor(new byte[] { 0, 51, 255, 102, 0, 204, 0, 0 }).reshape(2, 2, 2));
        CliRun.Of("fit", "rbm", folder.File("numbers.npy"), "--hidden", "2", "--epochs", "1", "-o", folder.File("n.pt"), "--json").Json["units"]!.GetValue<string>().Should().Be("gaussian");
        var images = CliRun.Of("fit", "rbm", folder.File("images.idx"), "--hidden", "2", "--epochs", "1", "-o", folder.File("i.pt"), "--json").Json;
        images["units"]!.GetValue<string>().Should().Be("bernoulli");
        images["visible"]!.GetValue<long>().Should().Be(4);
    }

    [Fact]
    public void Networks_are_what_the_library_makes_of_the_same_rows_and_options()
    {
        var (rows, labels) = CliRun.Bits(folder);
        string[] common = ["--hidden", "5", "3", "--epochs", "2", "--seed", "2", "-o"];
        _ = CliRun.Of(["fit", "dbn", folder.File("rows.npy"), .. common, folder.File("dbn.pt")]);
        _ = CliRun.Of(["fit", "dbm", folder.File("rows.npy"), .. common, folder.File("dbm.safetensors")]);
        var run = CliRun.Of(["fit", "classifier", folder.File("rows.npy"), "--labels", folder.File("labels.npy"), "--fine-tuning-epochs", "3", "--json", .. common, folder.File("net.pt")]);

        using var dbn = Dbn.Bernoulli([6, 5, 3], seed: 2);
        dbn.Fit(rows, new() { Epochs = 2, Seed = 2 });
        using var savedDbn = Dbn.Load(folder.File("dbn.pt"));
        CliRun.ShouldBeSame(savedDbn, dbn);

        using var dbm = Dbm.Bernoulli([6, 5, 3], seed: 2);
        dbm.Fit(rows, new() { Epochs = 2, Seed = 2 });
        using var savedDbm = Dbm.Load(folder.File("dbm.safetensors"));
        CliRun.ShouldBeSame(savedDbm, dbm);

        using var net = dbn.ToClassifier(2, seed: 2);
        var history = net.FitClassifier(rows, labels, new() { Epochs = 3, Seed = 2 });
        using var savedNet = Classifier.Load(folder.File("net.pt"));
        CliRun.ShouldBeSame(savedNet, net);
        run.Json["epochs"]!.AsArray()[^1]!["accuracy"]!.GetValue<double>().Should().Be(history.Last.Train.Accuracy);
        run.Json["pretraining"]!.AsArray().Should().HaveCount(2);
    }

    [Fact]
    public void A_table_with_gaps_is_trained_by_its_encoder_which_is_kept()
    {
        var path = CliRun.Table(folder);
        _ = CliRun.Of("fit", "rbm", path, "--ignore", "name", "--hidden", "4", "--epochs", "2", "-o", folder.File("m.pt"));

        var table = CsvTable.Load(path).Without("name");
        var encoder = TableEncoder.Fit(table);
        TableEncoder.Load(folder.File("m.pt.encoder.json")).Columns.Should().Equal(encoder.Columns);
        using var expected = new Rbm(encoder.CreateUnits(), new BernoulliUnits(4));
        expected.Fit(encoder.Encode(table), new() { Epochs = 2, MissingValues = MissingValues.Draw });
        using var rbm = Rbm.Load(folder.File("m.pt"));
        CliRun.ShouldBeSame(rbm, expected);

        // A model of numbers in its place has no encoder.
        CliRun.Bits(folder);
        _ = CliRun.Of("fit", "rbm", folder.File("rows.npy"), "--hidden", "4", "--epochs", "1", "-o", folder.File("m.pt"));
        folder.Files.Should().NotContain("m.pt.encoder.json");
    }

    [Fact]
    public async Task A_model_and_what_lies_beside_it_change_together_or_not_at_all()
    {
        var (table, model) = (CliRun.Table(folder), folder.File("m.pt"));
        _ = CliRun.Of("fit", "rbm", table, "--ignore", "name", "--hidden", "3", "--epochs", "1", "-o", model);
        var before = folder.Files.ToDictionary(name => name, name => File.ReadAllBytes(folder.File(name)));
        // A folder in the way of the classes, which come after the encoder, from when the rows are read on: the places are looked at before.
        using var error = new StringWriter();
        string[] fit = ["fit", "classifier", "-", "--ignore", "name", "degrees", "--label-column", "season", "--hidden", "3", "--epochs", "1", "-o", model];
        (await CommandLine.RunAsync(fit, TextWriter.Null, error, Rows)).Should().Be(1);
        error.ToString().Should().Be($"error: {model}.labels.json: expected a file to write, found a folder.{Environment.NewLine}");
        folder.Files.ToDictionary(name => name, name => File.ReadAllBytes(folder.File(name))).Should().BeEquivalentTo(before);

        Stream Rows()
        {
            _ = Directory.CreateDirectory(folder.File("m.pt.labels.json"));
            return File.OpenRead(table);
        }
    }

    [Theory]
    [InlineData("rbm")]
    [InlineData("classifier")]
    public async Task A_run_that_was_cancelled_and_resumed_ends_as_one_that_was_not(string kind)
    {
        CliRun.Bits(folder);
        // Long enough that it is cancelled before its end on any machine.
        string[] fit =
        [
            "fit", kind, folder.File("rows.npy"), "--hidden", "4", "--epochs", kind == "rbm" ? "600" : "20", "--seed", "3",
            .. kind == "rbm" ? Array.Empty<string>() : ["--labels", folder.File("labels.npy"), "--fine-tuning-epochs", "1500"],
        ];
        var checkpoint = folder.File("run");
        using var source = new CancellationTokenSource();
        var cancelled = Task.Run(() => CliRun.Any([.. fit, "--checkpoint", checkpoint, "-o", folder.File("resumed.pt")], source.Token));
        while (!File.Exists(checkpoint) && !cancelled.IsCompleted)
            await Task.Delay(1);
        await source.CancelAsync();
        var stopped = await cancelled;
        stopped.ExitCode.Should().Be(130, stopped.Error);
        stopped.Error.Should().Contain($"'--resume' goes on from {checkpoint}.");
        File.Exists(folder.File("resumed.pt")).Should().BeFalse();

        CliRun.Fails(1, "error: *'--resume' goes on from it; to begin anew, delete it first.\n", [.. fit, "--checkpoint", checkpoint, "-o", folder.File("resumed.pt")]);
        _ = CliRun.Of([.. fit, "--checkpoint", checkpoint, "--resume", "-o", folder.File("resumed.pt")]);
        _ = CliRun.Of([.. fit, "-o", folder.File("whole.pt")]);
        if (kind == "rbm")
        {
            using var resumed = Rbm.Load(folder.File("resumed.pt"));
            using var whole = Rbm.Load(folder.File("whole.pt"));
            CliRun.ShouldBeSame(resumed, whole);
        }
        else
        {
            using var resumed = Classifier.Load(folder.File("resumed.pt"));
            using var whole = Classifier.Load(folder.File("whole.pt"));
            CliRun.ShouldBeSame(resumed, whole);
        }
    }

    [Theory]
    [InlineData("rbm", "--epochs", true)]
    [InlineData("dbm", "--epochs", true)]
    [InlineData("dbn", "--epochs", false)]
    [InlineData("classifier", "--epochs", false)]
    [InlineData("classifier", "--fine-tuning-epochs", true)]
    public void A_run_goes_on_to_more_epochs_where_nothing_was_built_on_it(string kind, string epochs, bool goesOn)
    {
        CliRun.Bits(folder);
        string[] hidden = kind == "rbm" ? ["4"] : ["4", "3"];
        string[] labels = kind == "classifier" ? ["--labels", folder.File("labels.npy")] : [];
        string[] fit = ["fit", kind, folder.File("rows.npy"), "--hidden", .. hidden, .. labels, "--checkpoint", folder.File("run"), "-o", folder.File("m.pt"), "--json"];
        string[] others = epochs == "--epochs" ? [] : ["--epochs", "1"];
        var first = CliRun.Of([.. fit, .. others, epochs, "2"]).Json["epochs"]!.AsArray();
        string[] more = [.. fit, .. others, epochs, "4", "--resume"];
        if (goesOn)
            CliRun.Of(more).Json["epochs"]!.AsArray().Select(epoch => epoch!.ToJsonString()).Should().HaveCount(4).And.StartWith(first.Select(epoch => epoch!.ToJsonString()));
        else
            CliRun.Fails(1, $"error: *\n  {epochs}: 2 in the checkpoint, 4 here\n*".ReplaceLineEndings(), more);
    }

    [Fact]
    public void Validation_rows_are_measured_and_end_a_run_that_gets_no_better()
    {
        var (rows, labels) = CliRun.Bits(folder);
        NpyFile.Save(folder.File("unseen.npy"), rows.narrow(0, 0, 20));
        // The other class each: the better it knows those of the training, the worse it does there.
        NpyFile.Save(folder.File("unseen-labels.npy"), labels.narrow(0, 0, 20).eq(0).to(ScalarType.Int64));
        var run = CliRun.Of(
            "fit", "classifier", folder.File("rows.npy"), "--labels", folder.File("labels.npy"), "--hidden", "4", "--epochs", "2", "--fine-tuning-epochs", "400", "--patience", "2",
            "--validation", folder.File("unseen.npy"), "--validation-labels", folder.File("unseen-labels.npy"), "-o", folder.File("net.pt"), "--json");
        var epochs = run.Json["epochs"]!.AsArray();
        using var dbn = Dbn.Bernoulli([6, 4]);
        dbn.Fit(rows, new() { Epochs = 2 }, rows.narrow(0, 0, 20));
        using var net = dbn.ToClassifier(2);
        var history = net.FitClassifier(rows, labels, new() { Epochs = 400, Patience = 2 }, (rows.narrow(0, 0, 20), labels.narrow(0, 0, 20).eq(0).to(ScalarType.Int64)));
        history.StoppedEarly.Should().BeTrue();
        epochs.Select(epoch => epoch!["validationLoss"]!.GetValue<double>()).Should().Equal(history.Epochs.Select(epoch => epoch.Validation!.Loss));
    }

    [Theory]
    [InlineData("rbm")]
    [InlineData("dbn")]
    [InlineData("dbm")]
    public void What_a_model_does_on_validation_rows_is_printed_and_in_the_document(string kind)
    {
        var (rows, _) = CliRun.Bits(folder);
        var unseen = rows.narrow(0, 0, 20).eq(0).to(ScalarType.Float32);
        NpyFile.Save(folder.File("unseen.npy"), unseen);
        string[] fit = ["fit", kind, folder.File("rows.npy"), "--hidden", "4", "--epochs", "2", "--validation", folder.File("unseen.npy"), "-o", folder.File("m.pt")];
        var lines = CliRun.Of(fit).Output.Split('\n');
        var json = CliRun.Of([.. fit, "--json"]).Json["epochs"]!;
        var last = kind == "dbn" ? json[0]![1]! : json[1]!;
        var gap = last["freeEnergyGap"]!.GetValue<double>();
        lines[1].Should().Be(string.Create(CultureInfo.InvariantCulture, $"{(kind == "dbn" ? "layer 1: " : "")}epoch 2: reconstruction error {last["reconstructionError"]!.GetValue<double>():f4} on the validation rows, whose free energy is {Math.Abs(gap):f4} nats {(gap < 0 ? "below" : "above")} that of the others"));
        if (kind == "rbm")
        {
            using var expected = Rbm.Bernoulli(6, 4);
            var history = expected.Fit(rows, new() { Epochs = 2 }, unseen);
            (last["reconstructionError"]!.GetValue<double>(), gap).Should().Be((history.Last.ReconstructionError, history.Last.FreeEnergyGap!.Value));
        }

        CliRun.Of(["fit", kind, folder.File("rows.npy"), "--hidden", "4", "--epochs", "2", "-o", folder.File("m.pt")]).Output.Should().NotContain("validation");
    }

    [Fact]
    public void What_is_wrong_is_said_and_nothing_is_written()
    {
        CliRun.Bits(folder);
        var (rows, table, model) = (folder.File("rows.npy"), CliRun.Table(folder), folder.File("m.pt"));
        File.WriteAllText(folder.File("bad.csv"), "a,b\n1,2\n3\n");
        File.Copy(rows, folder.File("rows.pt"));
        _ = Directory.CreateDirectory(folder.File("folder.pt"));
        var before = folder.Files.Order().ToArray();

        CliRun.Fails(2, "*Argument 'forest' not recognized*", "fit", "forest", rows, "-o", model);
        CliRun.Fails(2, "*Option '--out' is required*", "fit", "rbm", rows);
        CliRun.Fails(2, "error: --units: expected bernoulli, gaussian*found 'bits'.\n*", "fit", "rbm", rows, "--units", "bits", "-o", model);
        CliRun.Fails(2, "error: --hidden: expected one size for an rbm, found 3 2.\n", "fit", "rbm", rows, "--hidden", "3", "2", "-o", model);
        CliRun.Fails(2, "error: --device: expected cpu, cuda or cuda:N, found 'gpu'.\n*", "fit", "rbm", rows, "--device", "gpu", "-o", model);
        CliRun.Fails(2, "error: --resume goes on from a --checkpoint*", "fit", "rbm", rows, "--resume", "-o", model);
        CliRun.Fails(2, "error: --label-column and --labels are for a classifier*", "fit", "rbm", table, "--label-column", "rain", "-o", model);
        CliRun.Fails(2, "error: Expected the classes of the rows, by --label-column or --labels.\n", "fit", "classifier", rows, "-o", model);
        CliRun.Fails(2, "error: --units table is for CSV files*", "fit", "rbm", rows, "--units", "table", "-o", model);
        CliRun.Fails(2, "error: *scikit-learn has bernoulli units alone*", "fit", "dbn", rows, "-o", folder.File("m.npz"));
        CliRun.Fails(1, $"error: *nowhere*", "fit", "rbm", folder.File("nowhere.npy"), "-o", model);
        CliRun.Fails(2, "error: *expected a folder that is there, found none by the name *none.\n", "fit", "rbm", rows, "-o", folder.File("none/m.pt"));
        CliRun.Fails(2, "error: *expected the name of a file, found a folder.\n", "fit", "rbm", rows, "-o", folder.File("folder.pt"));
        CliRun.Fails(2, "error: *expected a file ending with .pt, .pth, .safetensors, .npz, found another.\n", "fit", "rbm", table, "-o", table);
        CliRun.Fails(2, "error: <data> and --out: expected different files, found *rows.pt for both.\n", "fit", "rbm", folder.File("rows.pt"), "-o", folder.File("rows.pt"));
        if (!torch.cuda.is_available())
            CliRun.Fails(2, "error: --device: expected a device that torch has here, found 'cuda'*", "fit", "rbm", rows, "--device", "cuda", "-o", model);
        CliRun.Fails(1, $"error: {folder.File("bad.csv")}: Line 3: expected 2 values, as the first line has, found 1.\n", "fit", "rbm", folder.File("bad.csv"), "-o", model);
        CliRun.Fails(1, $"error: {table}: Column 'season': expected numbers, found 'winter'*Column 'name': *", "fit", "rbm", table, "--units", "gaussian", "-o", model);
        folder.Files.Order().Should().Equal(before);
    }
}
