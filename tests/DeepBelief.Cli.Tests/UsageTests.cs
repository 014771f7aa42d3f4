using System.CommandLine;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Cli.Tests;

/// <summary>What a command line can't mean is refused before anything is done.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    private static long Most => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("--epochs", "0", "a whole number from 1 to *")]
    [InlineData("--epochs", "many", "a whole number from 1 to *")]
    [InlineData("--batch", "-1", "a whole number from 1 to *")]
    [InlineData("--patience", "0", "a whole number from 1 to *")]
    [InlineData("--fine-tuning-epochs", "0", "a whole number from 1 to *")]
    [InlineData("--hidden", "0", "a whole number from 1 to *")]
    [InlineData("--rate", "0", "a number above 0")]
    [InlineData("--rate", "NaN", "a number above 0")]
    [InlineData("--scale", "-255", "a number above 0")]
    [InlineData("--seed", "1.5", "a whole number")]
    [InlineData("--delimiter", "ab", "one character*")]
    [InlineData("--encoding", "ebcdic-none", "the name of an encoding*")]
    [InlineData("--encoding", "utf-7", "the name of an encoding*")]
    [InlineData("--device", "gpu", "cpu, cuda or cuda:N")]
    public void Numbers_and_names_of_options_are_checked_first(string option, string value, string expected)
        => CliRun.Fails(2, $"*{option}: expected {expected}, found '{value}'.*", "fit", "classifier", folder.File("nowhere"), "-o", folder.File("m.pt"), option, value);

    [Theory]
    [InlineData("sample", "--count", "0", "from 1 to 2147483647")]
    [InlineData("sample", "--count", "1e10", "from 1 to 2147483647")]
    [InlineData("sample", "--steps", "0", "from 1 to 2147483647")]
    [InlineData("fill", "--steps", "0", "from 1 to 2147483647")]
    [InlineData("fill", "--draws", "0", "from 1 to 1000000")]
    [InlineData("fill", "--draws", "1e8", "from 1 to 1000000")]
    [InlineData("evaluate", "--steps", "0", "from 1 to 2147483647")]
    [InlineData("evaluate", "--chains", "1", "from 2 to 2147483647")]
    public void So_are_those_of_the_other_commands(string command, string option, string value, string range)
        => CliRun.Fails(2, $"*{option}: expected a whole number {range}, found '{value}'.*", [command, folder.File("nowhere"), .. command == "sample" ? Array.Empty<string>() : [folder.File("rows")], option, value]);

    [Theory]
    [InlineData("error: --batch: expected once, found 2 times: '10', '20'.", "--batch", "10", "--batch", "20")]
    [InlineData("error: --rate: expected once, found 3 times: '1', '2', '3'.", "--rate", "1", "--rate", "2", "--rate", "3")]
    [InlineData("error: --out: expected once, found 2 times: 'm.pt', 'b.pt'.", "-o", "b.pt")]
    [InlineData("error: --seed: expected once, found 2 times: '1', 'x'.", "--seed", "1", "--seed", "x")]
    [InlineData("error: --units: expected once, found 2 times: 'bits', 'gaussian'.", "--units", "bits", "--units", "gaussian")]
    [InlineData("error: --json: expected once, found 2 times.", "--json", "--json")]
    public void An_option_that_is_given_twice_is_said_so(string message, params string[] options)
        => CliRun.Fails(2, $"{message}\n'--help' lists commands and options.\n".ReplaceLineEndings(), ["fit", "classifier", folder.File("rows.npy"), "-o", "m.pt", .. options]);

    [Fact]
    public void A_file_has_one_use()
    {
        CliRun.Bits(folder);
        using var rbm = Rbm.Bernoulli(6, 3);
        rbm.Save(folder.File("m.pt"));
        NpyFile.Save(folder.File("rows.pt"), torch.zeros(1));
        var before = folder.Files.Order().ToArray();
        string[] fit = ["fit", "rbm", folder.File("rows.npy"), "-o", folder.File("x.pt")];
        CliRun.Fails(2, "error: --out and --checkpoint: expected different files, found *x.pt for both.\n", [.. fit, "--checkpoint", folder.File("./x.pt")]);
        CliRun.Fails(2, "error: --out and --checkpoint: expected different files, found *x.pt.labels.json for both.\n", [.. fit, "--checkpoint", folder.File("x.pt.labels.json")]);
        CliRun.Fails(2, "error: <data> and --checkpoint: *rows.npy for both.\n", [.. fit, "--checkpoint", folder.File("rows.npy")]);
        CliRun.Fails(2, "error: --out and --validation: *x.pt for both.\n", [.. fit, "--validation", folder.File("x.pt")]);
        CliRun.Fails(2, "error: <model> and --out: *m.pt for both.\n", "sample", folder.File("m.pt"), "-o", Path.Combine(folder.Path, "..", Path.GetFileName(folder.Path), "m.pt"));
        CliRun.Fails(2, "error: <data> and --out: *rows.npy for both.\n", "features", folder.File("m.pt"), folder.File("rows.npy"), "-o", folder.File("rows.npy"));
        CliRun.Fails(2, "error: <input> and <output>: *m.pt for both.\n", "convert", folder.File("m.pt"), folder.File("m.pt"));
        CliRun.Fails(2, "error: <model>: expected the name of a file, found '-'.\n", "features", "-", folder.File("rows.npy"));
        CliRun.Fails(2, "error: --out: expected the name of a file, found '-'.\n", "fit", "rbm", folder.File("rows.npy"), "-o", "-");
        CliRun.Fails(2, "error: <data> and --labels: expected at most one of them to be '-', found both.\n", "fit", "classifier", "-", "--labels", "-", "-o", folder.File("x.pt"));
        if (!OperatingSystem.IsWindows())
        {
            // Through a link to the folder, and one to the file.
            _ = Directory.CreateSymbolicLink(folder.File("link"), folder.Path);
            _ = File.CreateSymbolicLink(folder.File("soft.npy"), folder.File("rows.npy"));
            CliRun.Fails(2, "error: <data> and --out: *rows.npy for both.\n", "features", folder.File("m.pt"), folder.File("rows.npy"), "-o", folder.File("link/rows.npy"));
            CliRun.Fails(2, "error: <data> and --out: *rows.npy for both.\n", "features", folder.File("m.pt"), folder.File("rows.npy"), "-o", folder.File("link/soft.npy"));
            CliRun.Fails(2, "error: --out and --checkpoint: *x.pt for both.\n", [.. fit, "--checkpoint", folder.File("link/x.pt")]);
            Directory.Delete(folder.File("link"));
            File.Delete(folder.File("soft.npy"));
        }

        CliRun.Fails(2, "error: *expected a folder that is there, found none by the name *none.\n", "sample", folder.File("m.pt"), "-o", folder.File("none/x.csv"));
        folder.Files.Order().Should().Equal(before);
    }

    [Fact]
    public void Options_that_would_have_no_effect_are_refused()
    {
        CliRun.Bits(folder);
        var (rows, labels, table, model) = (folder.File("rows.npy"), folder.File("labels.npy"), CliRun.Table(folder), folder.File("m.pt"));
        CliRun.Fails(2, "error: --fine-tuning-epochs is for a classifier.\n", "fit", "rbm", rows, "--fine-tuning-epochs", "3", "-o", model);
        CliRun.Fails(2, "error: --validation-labels is for a classifier.\n", "fit", "dbn", rows, "--validation", rows, "--validation-labels", labels, "-o", model);
        CliRun.Fails(2, "error: --validation: expected the classes of its rows by --validation-labels*", "fit", "classifier", rows, "--labels", labels, "--validation", rows, "-o", model);
        CliRun.Fails(2, "error: --validation-labels goes with --labels*", "fit", "classifier", table, "--label-column", "rain", "--validation", table, "--validation-labels", labels, "-o", model);
        File.WriteAllLines(folder.File("kinds.csv"), ["degrees,kind", .. Enumerable.Range(0, 20).Select(i => $"{i},{(i < 10 ? "cold" : "warm")}")]);
        NpyFile.Save(folder.File("unseen.npy"), torch.zeros(2, 1));
        CliRun.Fails(2, "error: --validation: expected a CSV file with the column 'kind'*", "fit", "classifier", folder.File("kinds.csv"), "--label-column", "kind", "--validation", folder.File("unseen.npy"), "-o", model);
        CliRun.Fails(1, "error: *rows.npy: expected a tensor named 'a', found one without a name.\n", "fit", "rbm", rows, "--key", "a", "-o", model);
        CliRun.Fails(2, "error: --scale is for numbers in units of one kind*", "fit", "rbm", table, "--ignore", "name", "--scale", "2", "-o", model);
        CliRun.Fails(2, "error: --key is for files of tensors; *table.csv is a CSV file.\n", "fit", "rbm", table, "--key", "a", "-o", model);
        CliRun.Fails(2, "error: --delimiter is for CSV files; *rows.npy is none.\n", "fit", "rbm", rows, "--delimiter", ";", "-o", model);

        _ = CliRun.Of("fit", "rbm", table, "--ignore", "name", "--hidden", "3", "--epochs", "1", "-o", folder.File("t.pt"));
        CliRun.Fails(2, "error: --scale is for models without columns*", "score", folder.File("t.pt"), table, "--scale", "2");
        CliRun.Fails(2, "error: --label-column and --labels are for models with classes*", "evaluate", folder.File("t.pt"), table, "--label-column", "rain");
        using var net = Classifier.Random([6, 3], 2);
        net.Save(folder.File("net.pt"));
        CliRun.Fails(2, "error: --steps is for likelihoods*", "evaluate", folder.File("net.pt"), rows, "--labels", labels, "--steps", "5");
        using var small = Rbm.Bernoulli(6, 3);
        small.Save(folder.File("small.pt"));
        CliRun.Of("evaluate", folder.File("small.pt"), rows, "--chains", "5", "--json").Json["warnings"]![0]!.GetValue<string>().Should().StartWith("--chains has no effect");

        CliRun.Fails(2, "error: --no-header is for CSV files; *m.npy is none.\n", "info", Saved("m.npy"), "--no-header");
        CliRun.Fails(2, "error: --no-header is for CSV files; *m.npy is none.\n", "convert", folder.File("m.npy"), folder.File("x.npz"), "--no-header");
        folder.Files.Should().NotContain(["m.pt", "x.npz"]);
    }

    [Fact]
    public void Classes_are_in_one_place()
    {
        CliRun.Bits(folder);
        var (labels, table) = (folder.File("labels.npy"), folder.File("table.csv"));
        File.WriteAllLines(table, ["a,b,c,d,e,f,y", .. Enumerable.Range(0, 80).Select(i => $"0,1,1,0,0,1,{i % 2}")]);
        // Without names of its classes.
        using var net = Classifier.Random([6, 3], 2);
        net.Save(folder.File("net.pt"));
        const string Refusal = "error: --labels and --label-column exclude each other.\n*";
        CliRun.Fails(2, Refusal, "evaluate", folder.File("net.pt"), table, "--label-column", "y", "--labels", labels);
        CliRun.Fails(2, Refusal, "fit", "classifier", table, "--label-column", "y", "--labels", labels, "-o", folder.File("x.pt"));
    }

    [Fact]
    public void Options_for_files_of_a_kind_go_with_one_of_several_files()
    {
        var (rows, _) = CliRun.Bits(folder);
        var (bare, named, two) = (folder.File("bare.csv"), folder.File("named.csv"), folder.File("two.npz"));
        var lines = rows.narrow(0, 0, 20).data<float>().ToArray().Chunk(6).Select(row => string.Join(',', row)).ToList();
        File.WriteAllLines(bare, lines);
        File.WriteAllLines(named, ["a,b,c,d,e,f,name", .. lines.Select((line, i) => $"{line},row {i}")]);
        NpzFile.Save(two, new Dictionary<string, Tensor> { ["x"] = rows.narrow(0, 0, 20), ["y"] = torch.zeros(3) });
        NpyFile.Save(folder.File("few.npy"), rows.narrow(0, 0, 20));
        var expected = Error([folder.File("rows.npy"), "--validation", folder.File("few.npy")]);
        Error([folder.File("rows.npy"), "--validation", bare, "--no-header"]).Should().Be(expected);
        Error([folder.File("rows.npy"), "--validation", named, "--ignore", "name"]).Should().Be(expected);
        // Learning from the same 20 rows, and measured on them.
        expected = Error([folder.File("few.npy"), "--validation", folder.File("few.npy")]);
        Error([named, "--units", "bernoulli", "--ignore", "name", "--validation", two, "--key", "x"]).Should().Be(expected);
        Error([two, "--key", "x", "--validation", bare, "--no-header"]).Should().Be(expected);

        string[] both = ["fit", "rbm", folder.File("rows.npy"), "--validation", folder.File("few.npy"), "-o", folder.File("x.pt")];
        CliRun.Fails(2, "error: --no-header is for CSV files; *rows.npy is none.\n", [.. both, "--no-header"]);
        CliRun.Fails(2, "error: --ignore is for CSV files; *rows.npy is none.\n", [.. both, "--ignore", "name"]);
        CliRun.Fails(2, "error: --key is for files of tensors; *named.csv is a CSV file.\n", "fit", "rbm", named, "--validation", named, "--key", "x", "-o", folder.File("x.pt"));

        double Error(string[] files)
            => CliRun.Of(["fit", "rbm", .. files, "--hidden", "3", "--epochs", "2", "-o", folder.File("m.pt"), "--json"]).Json["epochs"]![1]!["reconstructionError"]!.GetValue<double>();
    }

    [Fact]
    public void The_ending_of_an_output_says_its_format_or_the_same_as_the_option()
    {
        using var rbm = Rbm.Bernoulli(4, 3, seed: 2);
        rbm.Save(folder.File("m.pt"));
        foreach (var (format, ending) in new[] { ("scikit-learn", "pt"), ("safetensors", "npz"), ("deepbelief", "safetensors"), ("state-dict", "csv"), ("original", "npy") })
            CliRun.Fails(2, $"error: --format {format}: expected an output that ends with *, found *x.{ending}.\n", "convert", folder.File("m.pt"), folder.File($"x.{ending}"), "--format", format);

        // Whatever the case of its letters.
        _ = CliRun.Of("convert", folder.File("m.pt"), folder.File("M.PTH"));
        _ = CliRun.Of("convert", folder.File("M.PTH"), folder.File("M.SafeTensors"));
        _ = CliRun.Of("convert", folder.File("M.SafeTensors"), folder.File("M.NPZ"), "--format", "scikit-learn");
        NpzFile.Load(folder.File("M.NPZ")).Tensors.Keys.Should().Contain("components_");
        using var back = Rbm.Load(folder.File("M.NPZ"));
        CliRun.ShouldBeSame(back, rbm);
        File.WriteAllText(folder.File("ROWS.TSV"), "a\tb\tc\td\n0\t1\t0\t1\n1\t1\t0\t0\n");
        _ = CliRun.Of("fit", "rbm", folder.File("ROWS.TSV"), "--units", "bernoulli", "--hidden", "2", "--epochs", "1", "-o", folder.File("R.Safetensors"));
        _ = CliRun.Of("features", folder.File("R.Safetensors"), folder.File("ROWS.TSV"), "-o", folder.File("F.CSV"));
        CsvTable.Load(folder.File("F.CSV")).Names.Should().Equal("feature1", "feature2");
    }

    [Fact]
    public void Work_beyond_the_memory_of_the_machine_is_refused()
    {
        CliRun.Bits(folder);
        using var wide = Rbm.Bernoulli(1000, 1000);
        wide.Save(folder.File("wide.pt"));
        const string Refusal = "expected work that fits into the memory of this machine, * GB, found one of * GB or more.\n";
        CliRun.Fails(2, $"error: --hidden 200000000000: {Refusal}", "fit", "rbm", folder.File("rows.npy"), "--hidden", "2e11", "-o", folder.File("x.pt"));
        CliRun.Fails(2, $"error: --hidden 40000000 40000000: {Refusal}", "fit", "dbn", folder.File("rows.npy"), "--hidden", "40000000", "40000000", "-o", folder.File("x.pt"));
        // Few weights, but many states: of the rows that a run begins with, of a batch, of all rows between layers.
        var column = folder.File("column.npy");
        NpyFile.Save(column, torch.zeros(2000, 1));
        Fit("rbm", States(1000));
        Fit("rbm", States(3000), "--batch", "1500");
        Fit("dbn", $"{States(2000)} 1");
        CliRun.Fails(2, $"error: --count 2147483647: {Refusal}", "sample", folder.File("wide.pt"), "--count", "2147483647");
        CliRun.Fails(2, $"error: --chains 2147483647: {Refusal}", "evaluate", folder.File("wide.pt"), folder.File("rows.npy"), "--chains", "2147483647");
        // One class that is far from the others makes as many, each with weights and, for each row of a batch, a probability.
        var (far, classes) = (Most / (sizeof(float) * ((3 * 2) + (2 * 20))) * 11 / 10, torch.zeros(80, dtype: ScalarType.Int64));
        classes[0] = torch.tensor(far);
        NpyFile.Save(folder.File("classes.npy"), classes);
        CliRun.Fails(2, $"error: --labels: the largest class, {far}, makes {far + 1} classes, from 0 on: {Refusal}", "fit", "classifier", folder.File("rows.npy"), "--labels", folder.File("classes.npy"), "--hidden", "2", "-o", folder.File("x.pt"));

        // A layer so wide that its inputs and states of so many rows are a tenth more than the memory.
        string States(int rows) => $"{Most / (2 * sizeof(float) * rows) * 11 / 10}";

        void Fit(string kind, string sizes, params string[] options)
            => CliRun.Fails(2, $"error: --hidden {sizes}: {Refusal}", ["fit", kind, column, "-o", folder.File("x.pt"), .. options, "--hidden", .. sizes.Split(' ')]);
    }

    [Fact]
    public void Failures_of_torch_and_of_memory_are_sentences()
    {
        Fails(() => torch.zeros(2, 3).mm(torch.zeros(2, 3)), "error: torch: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
        Fails(() => throw new OverflowException("Arithmetic operation resulted in an overflow."), "error: Arithmetic operation resulted in an overflow.");
        Fails(() => throw new InsufficientMemoryException(), "error: The memory of this machine is not enough for that.");

        static void Fails(Action work, string message)
        {
            var command = new Command("fail");
            CommandRun.Set(command, _ =>
            {
                work();
                throw new InvalidOperationException("Expected a failure, found none.");
            });
            using var error = new StringWriter();
            command.Parse([]).Invoke(new Invocation { Input = () => Stream.Null, Error = error, EnableDefaultExceptionHandler = false }).Should().Be(1);
            error.ToString().Should().Be($"{message}{Environment.NewLine}");
        }
    }

    private string Saved(string name)
    {
        NpyFile.Save(folder.File(name), torch.zeros(2, 2));
        return folder.File(name);
    }
}
