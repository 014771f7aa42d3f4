using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Cli.Tests;

/// <summary>Messages name the file, the row and the column, and advise what the tool has.</summary>
public sealed class MessageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_table_is_read_as_plain_numbers_only_with_a_warning()
    {
        File.WriteAllText(folder.File("t.csv"), "a,b\n" + string.Concat(Enumerable.Range(0, 30).Select(i => FormattableString.Invariant($"{100 + i},{i % 7}\n"))));
        CliRun.Of("fit", "rbm", folder.File("t.csv"), "--hidden", "2", "--epochs", "1", "-o", folder.File("m.pt"), "--checkpoint", folder.File("m.ck")).Error.Should().NotContain("warning");
        CliRun.Of("score", folder.File("m.pt"), folder.File("t.csv")).Error.Should().NotContain("warning");
        File.Copy(folder.File("m.pt"), folder.File("alone.pt"));
        foreach (var model in new[] { "alone.pt", "m.ck" })
            CliRun.Of("score", folder.File(model), folder.File("t.csv")).Error.Should().Match($"warning: *{model}.encoder.json is not there, where a model of a table has its columns: *t.csv is taken as rows of plain numbers.\n");
    }

    [Theory]
    [InlineData("rbm")]
    [InlineData("dbn")]
    [InlineData("classifier")]
    public void Texts_that_a_model_has_no_columns_for_are_not_blamed_but_the_encoder_that_is_not_there(string kind)
    {
        var (table, model, encoder) = (CliRun.Table(folder), folder.File("m.pt"), folder.File("m.pt.encoder.json"));
        // Without a name of its classes, which are numbers: then nothing else lies beside it.
        NpyFile.Save(folder.File("classes.npy"), torch.tensor(Enumerable.Range(0, 90).Select(i => (long)(i % 2)).ToArray()));
        string[] labels = kind == "classifier" ? ["--labels", folder.File("classes.npy"), "--fine-tuning-epochs", "1"] : [];
        string[] ignored = kind == "classifier" ? ["name", "degrees"] : ["name"];
        _ = CliRun.Of(["fit", kind, table, "--hidden", "3", "--epochs", "1", "-o", model, .. labels, "--ignore", .. ignored]);
        File.Delete(encoder);
        CliRun.Fails(
            1,
            $"error: {encoder}: expected the columns of the table that {model} was trained on, found no such file. 'fit' writes it beside the file of its --out: copy it from there, or train the model again. As plain numbers, {table} can't be read: *Column 'season': expected numbers, found 'winter'*",
            "features",
            model,
            table);
        // Numbers that could be states of the columns, but are not.
        if (kind != "classifier")
        {
            File.WriteAllText(folder.File("codes.csv"), "a,b,c,d,e\n1,1,1,0.5,1\n");
            CliRun.Fails(1, $"error: {encoder}: expected the columns of the table*codes.csv can't be read: *codes.csv: data row 1: *\n", "features", model, folder.File("codes.csv"));
        }
    }

    [Fact]
    public void Rows_that_a_model_does_not_take_are_found()
    {
        using var rbm = Rbm.Bernoulli(3, 2);
        rbm.Save(folder.File("m.pt"));
        Score(new float[,] { { 0, 1 }, { 1, 0 } }, "rows.npy: expected 3 columns, as the model has visible units, found 2.");
        Score(new float[,] { { 0, 1, 0 }, { 1, float.NaN, float.NaN } }, "rows.npy: data row 2, column 2: expected a value, found none. Only 'fill' takes rows with gaps, and makes them whole by an rbm.");
        Score(new float[,] { { 0, 1, 0 }, { 1, 1, float.PositiveInfinity } }, "rows.npy: data row 2, column 3: expected a finite number, found an infinite one.");
        Score(new float[,] { { 0, 1, 0 }, { 1, 0, 0 }, { 0, 1, 128 }, { 255, 1, 0 } }, "rows.npy: data row 3, column 3: Expected values in [0, 1] for Binary units, found 128. --scale divides numbers.");

        // With gaps, too, and by the names of columns.
        File.WriteAllText(folder.File("gaps.csv"), "a,b,c\n1,,0\n,0,7\n");
        CliRun.Fails(1, "warning: *error: *gaps.csv: data row 2, column 'c': Expected values in [0, 1] for Binary units, found 7. --scale divides numbers.\n", "fill", folder.File("m.pt"), folder.File("gaps.csv"));
        CliRun.Fails(1, "warning: *error: *gaps.csv: data row 1, column 'b': expected a value, found none. *", "features", folder.File("m.pt"), folder.File("gaps.csv"));

        void Score(float[,] rows, string message)
        {
            NpyFile.Save(folder.File("rows.npy"), torch.tensor(rows));
            var run = CliRun.Any("score", folder.File("m.pt"), folder.File("rows.npy"));
            run.ExitCode.Should().Be(1);
            run.Error.Should().EndWith($"{message}\n");
            CliRun.Fails(1, "error: *rows.npy: *", "score", folder.File("m.pt"), folder.File("rows.npy"));
        }
    }

    [Fact]
    public void Images_are_scaled_for_a_model_of_plain_columns_and_where_nothing_can_be_scaled_nothing_advises_it()
    {
        var bits = torch.tensor(new byte[] { 0, 255, 255, 0, 51, 0, 0, 255 }).reshape(2, 2, 2);
        NpyFile.Save(folder.File("images.npy"), bits);
        NpyFile.Save(folder.File("flat.npy"), bits.reshape(2, 4));
        File.WriteAllText(folder.File("t.csv"), "a,b,c,d\n0,1,1,0\n0.2,0,0,1\n");
        _ = CliRun.Of("fit", "rbm", folder.File("t.csv"), "--units", "bernoulli", "--hidden", "2", "--epochs", "1", "-o", folder.File("m.pt"));
        CliRun.Of("score", folder.File("m.pt"), folder.File("images.npy")).Output.Should().Be(CliRun.Of("score", folder.File("m.pt"), folder.File("t.csv")).Output);
        CliRun.Fails(1, "error: *flat.npy: data row 1, column 'b': Expected values in [0, 1] for Binary units, found 255.\n", "score", folder.File("m.pt"), folder.File("flat.npy"));
        CliRun.Fails(2, "error: --scale is for models without columns*", "score", folder.File("m.pt"), folder.File("flat.npy"), "--scale", "255");

        // Of a model that keeps its scale, tensors are numbers as its table had them, images too.
        File.WriteAllText(folder.File("grey.csv"), "a,b,c,d\n0,255,255,0\n51,0,0,255\n");
        _ = CliRun.Of("fit", "rbm", folder.File("grey.csv"), "--units", "bernoulli", "--scale", "255", "--hidden", "2", "--epochs", "1", "-o", folder.File("g.pt"));
        foreach (var file in new[] { "images.npy", "flat.npy" })
            CliRun.Of("score", folder.File("g.pt"), folder.File(file)).Output.Should().Be(CliRun.Of("score", folder.File("g.pt"), folder.File("grey.csv")).Output);
    }

    [Fact]
    public void Rows_to_learn_from_are_found_in_their_own_file()
    {
        CliRun.Bits(folder, rows: 20, columns: 3);
        NpyFile.Save(folder.File("gaps.npy"), torch.tensor(new float[,] { { 0, 1, 0 }, { 1, float.NaN, 0 } }));
        NpyFile.Save(folder.File("wide.npy"), torch.zeros(2, 4));
        var (rows, model) = (folder.File("rows.npy"), folder.File("m.pt"));
        CliRun.Fails(1, "error: *gaps.npy: data row 2, column 2: expected a value, found none. A dbm learns from whole rows: 'fill' makes them by an rbm*", "fit", "dbm", folder.File("gaps.npy"), "-o", model);
        CliRun.Fails(1, "error: *gaps.npy: data row 2, column 2: expected a value, found none. A dbm *", "fit", "dbm", rows, "--validation", folder.File("gaps.npy"), "-o", model);
        CliRun.Fails(1, "error: *wide.npy: expected 3 columns*found 4.\n", "fit", "rbm", rows, "--validation", folder.File("wide.npy"), "-o", model);
        // An rbm learns from rows with gaps, and is measured on them.
        _ = CliRun.Of("fit", "rbm", rows, "--validation", folder.File("gaps.npy"), "--hidden", "2", "--epochs", "1", "-o", model);
    }

    [Fact]
    public void Classes_are_found_too()
    {
        CliRun.Bits(folder, rows: 4, columns: 3);
        using var net = Classifier.Random([3, 2], 2);
        net.Save(folder.File("net.pt"));
        Fit([0, 1, 1], "expected 4 classes, one for each row of *rows.npy, found 3.");
        Fit([0, 0, 0, 0], "expected two classes or more, found 0 alone.");
        Fit([0, 1, -1, 0], "data row 3: expected a class, a whole number from 0, found -1.");
        NpyFile.Save(folder.File("classes.npy"), torch.tensor(new long[] { 0, 1, 5, 0 }));
        CliRun.Fails(1, "error: *classes.npy: expected classes from 0 to 1, found 5 in data row 3.\n", "evaluate", folder.File("net.pt"), folder.File("rows.npy"), "--labels", folder.File("classes.npy"));

        void Fit(long[] classes, string message)
        {
            NpyFile.Save(folder.File("classes.npy"), torch.tensor(classes));
            CliRun.Fails(1, $"error: *classes.npy: {message}\n", "fit", "classifier", folder.File("rows.npy"), "--labels", folder.File("classes.npy"), "-o", folder.File("x.pt"));
        }
    }

    [Fact]
    public void Tables_say_what_is_to_be_done_with_the_tool()
    {
        var table = CliRun.Table(folder);
        _ = CliRun.Of("fit", "rbm", table, "--ignore", "name", "--hidden", "3", "--epochs", "1", "-o", folder.File("t.pt"));
        File.WriteAllText(folder.File("other.csv"), "season,rain\nwinter,no\n");
        CliRun.Fails(1, "error: *other.csv: expected the columns of the table that the model was trained on, found none of the name 'degrees' but 'season', 'rain'.\n", "score", folder.File("t.pt"), folder.File("other.csv"));
        File.WriteAllText(folder.File("gap.csv"), "season,rain,degrees\nwinter,no,3\nspring,,9\n");
        CliRun.Fails(1, "error: *gap.csv: data row 2, column 'rain': expected a value, found none. *", "score", folder.File("t.pt"), folder.File("gap.csv"));
        File.WriteAllText(folder.File("autumn.csv"), "season,rain,degrees\nautumn,no,3\n");
        CliRun.Fails(1, "error: *autumn.csv: Column 'season': expected *found 'autumn' in data row 1.\n", "score", folder.File("t.pt"), folder.File("autumn.csv"));
        CliRun.Fails(1, "error: *table.csv: Expected the name of a column (*), found 'nam'.\n", "fit", "rbm", table, "--ignore", "nam", "-o", folder.File("x.pt"));

        Fit("1,5\n2\n3\n4\n5\n6", "Column 'a': expected numbers or texts, found mostly numbers, but also '1,5' in data row 1. Write nothing, NA or ? for missing values, *, or leave the column out by --ignore.");
        Fit("x\n?\nx\nx\nx\nx", "Column 'a': expected at least two different values*Write it in another way if it is a value, or leave the column out by --ignore.");
        Fit(string.Join('\n', Enumerable.Range(0, 300).Select(i => $"name {i}")), "Column 'a': expected at most 256 categories*Leave the column out by --ignore if it names or numbers the rows, or join rare categories.");
        Fit("?\n?\n?\n?\n?\n?", "Column 'a': expected at least one value, found only missing ones; leave the column out by --ignore.");
        File.WriteAllLines(folder.File("odd.csv"), ["a", .. Enumerable.Range(0, 60).Select(i => i == 7 ? "many" : $"{i}")]);
        CliRun.Of("fit", "rbm", folder.File("odd.csv"), "--hidden", "2", "--epochs", "1", "-o", folder.File("x.pt"))
            .Error.Should().Contain("Mend them, or write NA if they are gaps.");
        File.WriteAllBytes(folder.File("latin.csv"), [.. "a,b\n"u8, 0xe4, .. ",1\n"u8]);
        CliRun.Fails(1, "error: *latin.csv: Line *: expected text in utf-8, found other bytes. --encoding names another encoding.\n", "fit", "rbm", folder.File("latin.csv"), "-o", folder.File("x.pt"));

        void Fit(string values, string message)
        {
            CsvTable quoted = new(["a"], [.. values.Split('\n').Select(value => new[] { value })]);
            quoted.Save(folder.File("a.csv"));
            CliRun.Fails(1, $"error: *a.csv: {message}*", "fit", "rbm", folder.File("a.csv"), "-o", folder.File("x.pt"));
        }
    }

    [Theory]
    [InlineData(';', "\";\"")]
    [InlineData('\t', "tab")]
    [InlineData('|', "\"|\"")]
    public void A_file_with_something_else_between_its_values_is_hinted_at(char delimiter, string option)
    {
        var path = folder.File("semi.csv");
        File.WriteAllText(path, "a,b,c\n1,2,x\n3,4,y\n".Replace(',', delimiter));
        var hint = $"warning: {path}: found one column, 'a{delimiter}b{delimiter}c'. '--delimiter {option}' finds 3, if that is between the values.\n";
        CliRun.Of("info", path).Error.Should().Be(hint);
        CliRun.Of("info", path, "--json").Json["warnings"]!.AsArray().Should().HaveCount(1);
        CliRun.Of("info", path, "--delimiter", option.Trim('"')).Error.Should().BeEmpty();
        CliRun.Fails(1, $"{hint}error: *", "fit", "rbm", path, "--units", "gaussian", "-o", folder.File("x.pt"));
        CliRun.Fails(1, $"{hint}error: *", "convert", path, folder.File("x.npy"));

        // Decimal commas.
        File.WriteAllText(path, $"a{delimiter}b\n1,5{delimiter}2,5\n");
        CliRun.Fails(1, $"error: {path}: Line 2: expected 1 value, as the first line has, found 3. The first line has '{delimiter}' in it: --delimiter says that it is between the values.\n", "info", path);

        // Text with a semicolon now and then.
        File.WriteAllText(path, "note; or none\nwell\nso; so\n");
        CliRun.Of("info", path).Error.Should().BeEmpty();
    }

    [Fact]
    public void Training_and_evaluation_advise_options()
    {
        NpyFile.Save(folder.File("far.npy"), torch.randn(40, 3, dtype: ScalarType.Float32, device: torch.CPU).mul(torch.tensor(1e18f)));
        CliRun.Fails(1, "error: *A --rate below 1000000 may help.\n", "fit", "rbm", folder.File("far.npy"), "--rate", "1e6", "--hidden", "5", "-o", folder.File("x.pt"));

        using var wide = Rbm.Bernoulli(40, 40, seed: 1);
        wide.Save(folder.File("wide.pt"));
        NpyFile.Save(folder.File("rows.npy"), torch.zeros(4, 40));
        string[] evaluate = ["evaluate", folder.File("wide.pt"), folder.File("rows.npy"), "--steps", "300", "--chains"];
        CliRun.Of([.. evaluate, "10"]).Error.Should().BeEmpty();
        CliRun.Of([.. evaluate, "5"]).Error.Should().Contain("Only 5 chains").And.Contain("Use --chains 10 or more.");

        using var dbm = Dbm.Bernoulli([4, 3, 2]);
        dbm.Save(folder.File("dbm.pt"));
        CliRun.Fails(1, "error: *one hidden layer*", "convert", folder.File("dbm.pt"), folder.File("x.onnx"));
        NpyFile.Save(folder.File("one.npy"), torch.zeros(4));
        CliRun.Fails(1, "error: *one.npy: *found an .npy file, one array.\n", "sample", folder.File("one.npy"));
    }

    [Fact]
    public void A_run_that_does_not_go_on_says_what_differs_in_a_line_each()
    {
        CliRun.Bits(folder);
        string[] fit = ["fit", "rbm", folder.File("rows.npy"), "--checkpoint", folder.File("run"), "-o", folder.File("m.pt")];
        _ = CliRun.Of([.. fit, "--hidden", "4", "--epochs", "3", "--batch", "20", "--seed", "1"]);
        Differs(["--hidden", "4", "--epochs", "2", "--batch", "10", "--seed", "1"], ["  --epochs: 3 in the checkpoint, 2 here", "  --batch: 20 in the checkpoint, 10 here"]);
        Differs(["--hidden", "4", "--epochs", "3", "--batch", "20", "--seed", "2"], ["  --seed: 1 in the checkpoint, 2 here"]);
        Differs(["--hidden", "4", "--epochs", "3", "--batch", "20", "--seed", "1", "--rate", "0.5"], ["  --rate: * in the checkpoint, 0.5 here"]);
        Differs(["--hidden", "5", "--epochs", "3", "--batch", "20", "--seed", "1"], ["  the model: other layers or units (--hidden, --hidden-units, --units, the columns)"]);
        CliRun.Bits(folder, rows: 60);
        Differs(["--hidden", "4", "--epochs", "3", "--batch", "20", "--seed", "1"], ["  the rows: others"]);

        CliRun.Bits(folder);
        fit = ["fit", "classifier", folder.File("rows.npy"), "--labels", folder.File("labels.npy"), "--hidden", "4", "3", "--checkpoint", folder.File("net.run"), "-o", folder.File("net.pt")];
        _ = CliRun.Of([.. fit, "--epochs", "2", "--fine-tuning-epochs", "4"]);
        Differs(["--epochs", "2", "--fine-tuning-epochs", "3"], ["  --fine-tuning-epochs: 4 in the checkpoint, 3 here"]);
        Differs(["--epochs", "2"], ["  --fine-tuning-epochs: 4 in the checkpoint, 2 here"]);
        Differs(["--epochs", "3", "--fine-tuning-epochs", "4"], ["  --epochs: 2 in the checkpoint, 3 here"]);

        void Differs(string[] options, string[] lines) => CliRun.Fails(
            1,
            $"error: *run* is the checkpoint of another run:\n{string.Join('\n', lines)}\nThe same options go on with it; another --checkpoint begins anew.\n".ReplaceLineEndings(),
            [.. fit, "--resume", .. options]);
    }
}
