using System.Globalization;
using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Cli.Tests;

/// <summary>Commands that have a saved model work on rows.</summary>
public sealed class UseTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Features_are_those_of_the_library_in_every_format()
    {
        var (rows, _) = CliRun.Bits(folder);
        var models = new Dictionary<string, (Action<string> Save, Tensor Expected)>();
        var (rbm, dbn, dbm) = (Rbm.Bernoulli(6, 3, seed: 1), Dbn.Bernoulli([6, 4, 2], seed: 1), Dbm.Bernoulli([6, 4, 2], seed: 1));
        models["rbm"] = (path => rbm.Save(path), rbm.Transform(rows));
        models["dbn"] = (path => dbn.Save(path), dbn.Transform(rows));
        models["dbm"] = (path => dbm.Save(path), dbm.Transform(rows));
        models["auto"] = (path => dbn.ToAutoencoder().Save(path), dbn.ToAutoencoder().Encode(rows));
        foreach (var (name, (save, expected)) in models)
        {
            save(folder.File(name));
            _ = CliRun.Of("features", folder.File(name), folder.File("rows.npy"), "-o", folder.File("out.npy"));
            Same(NpyFile.Load(folder.File("out.npy")), expected);
        }

        var text = CliRun.Of("features", folder.File("rbm"), folder.File("rows.npy")).Output;
        File.WriteAllText(folder.File("out.csv"), text);
        var table = CsvTable.Load(folder.File("out.csv"));
        table.Names.Should().Equal("feature1", "feature2", "feature3");
        Same(table.ToTensor(), models["rbm"].Expected);
    }

    [Fact]
    public void Samples_are_those_of_the_library_and_of_a_table_a_table()
    {
        using var rbm = Rbm.Bernoulli(6, 3, seed: 1);
        rbm.Save(folder.File("rbm.pt"));
        var json = CliRun.Of("sample", folder.File("rbm.pt"), "-n", "4", "--steps", "20", "--seed", "7", "--json").Json;
        using var generator = new torch.Generator(7);
        json["rows"]!.AsArray().SelectMany(row => row!.AsArray().Select(value => value!.GetValue<double>())).Should().Equal(rbm.Sample(4, 20, generator: generator).data<float>().Select(x => (double)x));

        _ = CliRun.Of("fit", "rbm", CliRun.Table(folder), "--ignore", "name", "--hidden", "4", "--epochs", "1", "-o", folder.File("t.pt"));
        _ = CliRun.Of("sample", folder.File("t.pt"), "-n", "5", "--steps", "20", "-o", folder.File("drawn.csv"));
        var drawn = CsvTable.Load(folder.File("drawn.csv"));
        drawn.Names.Should().Equal("season", "degrees", "rain");
        drawn.Rows.Should().HaveCount(5);
        drawn.Column("season").Should().BeSubsetOf(["winter", "spring", "summer"]);
        CliRun.Fails(2, "error: *expected a file ending with .csv or .tsv*", "sample", folder.File("t.pt"), "-o", folder.File("drawn.npy"));
    }

    [Fact]
    public void Gaps_are_filled_as_the_library_fills_them_and_what_is_known_stays_as_it_was_written()
    {
        var path = CliRun.Table(folder);
        _ = CliRun.Of("fit", "rbm", path, "--ignore", "name", "--hidden", "4", "--epochs", "3", "-o", folder.File("t.pt"));
        File.WriteAllText(folder.File("gaps.csv"), "name,rain,degrees,season\nAnn,?,7.50,winter\nBob,no,NA,\n");
        var run = CliRun.Of("fill", folder.File("t.pt"), folder.File("gaps.csv"), "--draws", "1", "--steps", "30", "--seed", "2", "-o", folder.File("whole.csv"), "--json");
        run.Json["gaps"]!.GetValue<long>().Should().Be(3);

        using var rbm = Rbm.Load(folder.File("t.pt"));
        var encoder = TableEncoder.Load(folder.File("t.pt.encoder.json"));
        using var generator = new torch.Generator(2);
        var expected = encoder.DecodeTable(MarkovChain.FillMissing(rbm, encoder.Encode(CsvTable.Load(folder.File("gaps.csv"))), 30, generator: generator));
        var filled = CsvTable.Load(folder.File("whole.csv"));
        filled.Names.Should().Equal("name", "rain", "degrees", "season");
        filled.Column("name").Should().Equal("Ann", "Bob");
        filled.Column("degrees").Should().Equal("7.50", expected.Column("degrees")[1]);
        filled.Column("rain").Should().Equal(expected.Column("rain")[0], "no");
        filled.Column("season").Should().Equal("winter", expected.Column("season")[1]);
    }

    [Fact]
    public void Classes_whose_names_are_lost_are_not_numbered_anew()
    {
        var table = folder.File("kinds.csv");
        File.WriteAllLines(table, ["degrees,season", .. Enumerable.Range(0, 30).Select(i => $"{i},{(i % 3 == 0 ? "winter" : "summer")}")]);
        _ = CliRun.Of("fit", "classifier", table, "--label-column", "season", "--hidden", "4", "--epochs", "1", "--fine-tuning-epochs", "1", "-o", folder.File("c.pt"));
        File.Delete(folder.File("c.pt.labels.json"));
        CliRun.Fails(
            1,
            $"error: {table}: expected classes as whole numbers from 0, as the file with the names of the model's classes, {folder.File("c.pt.labels.json")}, is not there, found texts, the first of them 'winter'.\n",
            "evaluate",
            folder.File("c.pt"),
            table,
            "--label-column",
            "season");
    }

    [Fact]
    public void Classes_in_a_file_of_their_own_may_be_texts_in_all_commands()
    {
        var (rows, classes) = CliRun.Bits(folder);
        string[] names = ["cat", "dog"];
        Write("texts.csv", "kind", classes.data<long>().Select(number => names[number]));
        string[] fit = ["fit", "classifier", folder.File("rows.npy"), "--hidden", "4", "--epochs", "2", "--fine-tuning-epochs", "3", "--validation", folder.File("rows.npy"), "--json"];
        var ofTexts = CliRun.Of([.. fit, "--labels", folder.File("texts.csv"), "--validation-labels", folder.File("texts.csv"), "-o", folder.File("texts.pt")]).Json;
        var ofNumbers = CliRun.Of([.. fit, "--labels", folder.File("labels.npy"), "--validation-labels", folder.File("labels.npy"), "-o", folder.File("numbers.pt")]).Json;
        ofTexts["classes"]!.AsArray().Select(text => text!.GetValue<string>()).Should().Equal(names);
        ofTexts["epochs"]![2]!["validationAccuracy"]!.GetValue<double>().Should().Be(ofNumbers["epochs"]![2]!["validationAccuracy"]!.GetValue<double>());
        using var net = Classifier.Load(folder.File("texts.pt"));
        using var same = Classifier.Load(folder.File("numbers.pt"));
        CliRun.ShouldBeSame(net, same);

        // Whichever way the classes are given, it is the same score, and scores have the names.
        var expected = net.Score(rows, classes).Accuracy;
        foreach (var (model, file) in new[] { ("texts.pt", "texts.csv"), ("texts.pt", "labels.npy"), ("numbers.pt", "labels.npy") })
            CliRun.Of("evaluate", folder.File(model), folder.File("rows.npy"), "--labels", folder.File(file), "--json").Json["accuracy"]!.GetValue<double>().Should().Be(expected);
        _ = CliRun.Of("score", folder.File("texts.pt"), folder.File("rows.npy"), "-o", folder.File("scores.csv"));
        var scores = CsvTable.Load(folder.File("scores.csv"));
        scores.Names.Should().Equal("class", "p(cat)", "p(dog)");
        scores.Column("class").Should().Equal(net.Predict(rows).data<long>().Select(number => names[number]));

        // Names that are numbers are names: 1 is the first class here.
        Write("ones.csv", "kind", classes.data<long>().Select(number => $"{number + 1}"));
        _ = CliRun.Of("fit", "classifier", Joined(rows, "kind", classes.data<long>().Select(number => $"{number + 1}")), "--label-column", "kind", "--hidden", "4", "--epochs", "1", "--fine-tuning-epochs", "1", "--units", "bernoulli", "-o", folder.File("ones.pt"));
        NpyFile.Save(folder.File("ones.npy"), classes.add(torch.tensor(1L)));
        var joined = CliRun.Of("evaluate", folder.File("ones.pt"), folder.File("joined.csv"), "--json").Json["accuracy"]!.GetValue<double>();
        foreach (var file in new[] { "ones.csv", "ones.npy" })
            CliRun.Of("evaluate", folder.File("ones.pt"), folder.File("rows.npy"), "--labels", folder.File(file), "--json").Json["accuracy"]!.GetValue<double>().Should().Be(joined);

        CliRun.Fails(1, "error: *texts.csv: expected classes as whole numbers from 0, as the file with the names of the model's classes, *numbers.pt.labels.json, is not there, found texts, *", "evaluate", folder.File("numbers.pt"), folder.File("rows.npy"), "--labels", folder.File("texts.csv"));
        Write("other.csv", "kind", Enumerable.Repeat("cow", 80));
        CliRun.Fails(1, "error: *other.csv: Column 'kind': expected one of the classes 'cat', 'dog', found 'cow'*", "evaluate", folder.File("texts.pt"), folder.File("rows.npy"), "--labels", folder.File("other.csv"));
        Write("few.csv", "kind", names);
        CliRun.Fails(1, "error: *few.csv: expected 80 classes, one for each row of *rows.npy, found 2.\n", [.. fit, "--validation-labels", folder.File("few.csv"), "--labels", folder.File("few.csv"), "-o", folder.File("x.pt")]);
        File.WriteAllLines(folder.File("bare.csv"), classes.data<long>().Select(number => names[number]));
        CliRun.Fails(1, "error: *bare.csv: expected 80 classes, one for each row of *rows.npy, found 79. The first line is the column's name, but with '--no-header'.\n", "evaluate", folder.File("texts.pt"), folder.File("rows.npy"), "--labels", folder.File("bare.csv"));
        CliRun.Of("evaluate", folder.File("texts.pt"), folder.File("rows.npy"), "--labels", folder.File("bare.csv"), "--no-header", "--json").Json["accuracy"]!.GetValue<double>().Should().Be(expected);
        File.WriteAllText(folder.File("two.csv"), "a,b\ncat,dog\n");
        CliRun.Fails(1, "error: *two.csv: expected one column of classes, found 2: a, b. *", "evaluate", folder.File("texts.pt"), folder.File("rows.npy"), "--labels", folder.File("two.csv"));
        CliRun.Fails(1, "error: *texts.csv: expected classes as whole numbers from 0, as those of the rows are, by --labels, found texts, *", [.. fit, "--labels", folder.File("labels.npy"), "--validation-labels", folder.File("texts.csv"), "-o", folder.File("x.pt")]);

        void Write(string file, string column, IEnumerable<string> texts) => File.WriteAllLines(folder.File(file), [column, .. texts]);
    }

    private string Joined(Tensor rows, string column, IEnumerable<string> texts)
    {
        var table = CsvTable.FromTensor(rows);
        new CsvTable([.. table.Names, column], [.. table.Rows.Zip(texts, (row, text) => (IReadOnlyList<string?>)[.. row, text])]).Save(folder.File("joined.csv"));
        return folder.File("joined.csv");
    }

    [Fact]
    public void Documents_keep_texts_of_digits_and_the_digits_of_numbers()
    {
        _ = CliRun.Of("fit", "rbm", CliRun.Table(folder), "--ignore", "name", "--hidden", "4", "--epochs", "1", "-o", folder.File("t.pt"));
        File.WriteAllText(folder.File("codes.csv"), "name,rain,degrees,season\n0123,no,7.50,winter\n4567,no,-1.0,spring\n");
        var rows = CliRun.Of("fill", folder.File("t.pt"), folder.File("codes.csv"), "--json").Json["rows"]!;
        rows[0]!.ToJsonString().Should().Be("[\"0123\",\"no\",7.50,\"winter\"]");
        rows[1]!.ToJsonString().Should().Be("[\"4567\",\"no\",-1.0,\"spring\"]");
    }

    [Fact]
    public void Filled_numbers_are_means_of_draws_beside_what_is_known()
    {
        // v1 = v2, strongly.
        using var rbm = new Rbm(new BernoulliUnits(2), new BernoulliUnits(1));
        using (torch.no_grad())
            rbm.Weight.copy_(torch.tensor(new float[,] { { 6, 6 } }));
        using (torch.no_grad())
        {
            foreach (var (name, bias) in rbm.named_parameters().Where(parameter => parameter.name.EndsWith("bias", StringComparison.Ordinal)))
                bias.copy_(torch.full_like(bias, name.StartsWith("hidden", StringComparison.Ordinal) ? -6 : -3));
        }

        rbm.Save(folder.File("m.pt"));
        NpyFile.Save(folder.File("gaps.npy"), torch.tensor(new float[,] { { 1, float.NaN }, { 0, float.NaN }, { 1, 0 } }));
        _ = CliRun.Of("fill", folder.File("m.pt"), folder.File("gaps.npy"), "--draws", "200", "--steps", "20", "-o", folder.File("whole.npy"));
        var filled = NpyFile.Load(folder.File("whole.npy")).data<float>().ToArray();
        // p(v2 = 1 | v1): both unit states listed.
        double Chance(int v1)
        {
            double Weight(int v2) => Math.Exp(-3 * v2) * (1 + Math.Exp((6 * (v1 + v2)) - 6));
            return Weight(1) / (Weight(0) + Weight(1));
        }

        (filled[0], filled[2], filled[4], filled[5]).Should().Be((1f, 0f, 1f, 0f));
        ((double)filled[1]).Should().BeApproximately(Chance(1), 5 * Math.Sqrt(0.25 / 200));
        ((double)filled[3]).Should().BeApproximately(Chance(0), 5 * Math.Sqrt(0.25 / 200));

        // Numbers that are divided to be read are written as they were.
        File.WriteAllText(folder.File("grey.csv"), "a,b\n255,\n0,0\n");
        _ = CliRun.Of("fill", folder.File("m.pt"), folder.File("grey.csv"), "--scale", "255", "--draws", "200", "--steps", "20", "-o", folder.File("whole.csv"));
        var grey = CsvTable.Load(folder.File("whole.csv"));
        grey.Column("a").Should().Equal("255", "0");
        double.Parse(grey.Column("b")[0]!, CultureInfo.InvariantCulture).Should().BeApproximately(255 * Chance(1), 255 * 5 * Math.Sqrt(0.25 / 200));
    }

    [Fact]
    public void Scores_are_free_energies_or_classes_with_their_probabilities()
    {
        var (rows, labels) = CliRun.Bits(folder);
        using var rbm = Rbm.Bernoulli(6, 3, seed: 1);
        rbm.Save(folder.File("rbm.pt"));
        _ = CliRun.Of("score", folder.File("rbm.pt"), folder.File("rows.npy"), "-o", folder.File("s.csv"));
        var scores = CsvTable.Load(folder.File("s.csv"));
        scores.Names.Should().Equal("free_energy");
        Same(scores.ToTensor().reshape(-1), rbm.FreeEnergy(rows));

        var path = CliRun.Table(folder);
        var fit = CliRun.Of("fit", "classifier", path, "--ignore", "name", "degrees", "--label-column", "season", "--hidden", "4", "--epochs", "2", "-o", folder.File("net.pt"), "--json");
        fit.Json["classes"]!.AsArray().Select(text => text!.GetValue<string>()).Should().Equal("spring", "summer", "winter");
        _ = CliRun.Of("score", folder.File("net.pt"), path, "-o", folder.File("c.csv"));
        var classes = CsvTable.Load(folder.File("c.csv"));
        classes.Names.Should().Equal("class", "p(spring)", "p(summer)", "p(winter)");
        using var net = Classifier.Load(folder.File("net.pt"));
        var encoded = TableEncoder.Load(folder.File("net.pt.encoder.json")).Encode(CsvTable.Load(path));
        Same(classes.Without("class").ToTensor(), net.PredictProbabilities(encoded));
        string[] names = ["spring", "summer", "winter"];
        classes.Column("class").Should().Equal(net.Predict(encoded).data<long>().Select(number => names[number]));

        var evaluated = CliRun.Of("evaluate", folder.File("net.pt"), path, "--json").Json;
        var expected = net.Score(encoded, CsvTable.Load(path).Labels("season", names).Labels);
        evaluated["accuracy"]!.GetValue<double>().Should().Be(expected.Accuracy);
        evaluated["loss"]!.GetValue<double>().Should().Be(expected.Loss);
        _ = labels;
    }

    [Fact]
    public void Likelihoods_are_exact_where_they_can_be_and_else_between_two_ends()
    {
        var (rows, _) = CliRun.Bits(folder);
        using var small = Rbm.Bernoulli(6, 3, seed: 1);
        small.Save(folder.File("small.pt"));
        var exact = CliRun.Of("evaluate", folder.File("small.pt"), folder.File("rows.npy"), "--json").Json;
        exact["exact"]!.GetValue<bool>().Should().BeTrue();
        exact["logLikelihood"]!["mean"]!.GetValue<double>().Should().Be(LogLikelihood.Evaluate(small, rows, ExactEnumeration.LogPartition(small)).Mean);

        // Too many states on both sides to list.
        var wide = rows.repeat(1, 10);
        NpyFile.Save(folder.File("wide.npy"), wide);
        using var large = Rbm.Bernoulli(60, 60, seed: 1);
        large.Save(folder.File("large.pt"));
        var between = CliRun.Of("evaluate", folder.File("large.pt"), folder.File("wide.npy"), "--steps", "50", "--chains", "10", "--seed", "3", "--json").Json;
        var partition = AnnealedImportanceSampling.Bracket(large, wide, new() { Schedule = AnnealingSchedule.Uniform(50), Chains = 10, Seed = 3 });
        var expected = LogLikelihood.Evaluate(large, wide, partition);
        between["logLikelihood"]!["lower"]!["mean"]!.GetValue<double>().Should().Be(expected.Lower.Mean);
        between["logLikelihood"]!["upper"]!["mean"]!.GetValue<double>().Should().Be(expected.Upper.Mean);
        between["logPartition"]!["lower"]!.GetValue<double>().Should().Be(partition.Lower);

        using var dbm = Dbm.Bernoulli([6, 4, 2], seed: 1);
        dbm.Save(folder.File("dbm.pt"));
        var bound = CliRun.Of("evaluate", folder.File("dbm.pt"), folder.File("rows.npy"), "--steps", "50", "--chains", "10", "--json").Json;
        bound["isLowerBound"]!.GetValue<bool>().Should().BeTrue();
        var ofDbm = AnnealedImportanceSampling.Bracket(dbm, rows, new() { Schedule = AnnealingSchedule.Uniform(50), Chains = 10 });
        bound["logLikelihood"]!["lower"]!["mean"]!.GetValue<double>().Should().Be(LogLikelihood.LowerBound(dbm, rows, ofDbm).Lower.Mean);
    }

    [Fact]
    public void Models_and_rows_that_do_not_fit_are_refused()
    {
        CliRun.Bits(folder);
        using var net = Classifier.Random([6, 3], 2);
        net.Save(folder.File("net.pt"));
        using var rbm = Rbm.Bernoulli(5, 3);
        rbm.Save(folder.File("rbm.pt"));
        CliRun.Fails(1, "error: Expected an rbm, dbn, dbm or untied-dbn for 'sample', found a model of kind classifier.\n", "sample", folder.File("net.pt"));
        CliRun.Fails(1, "error: Expected an rbm for 'fill', found a model of kind classifier.\n", "fill", folder.File("net.pt"), folder.File("rows.npy"));
        CliRun.Fails(1, "error: *5*6*", "features", folder.File("rbm.pt"), folder.File("rows.npy"));
        CliRun.Fails(1, "error: *rows.npy: *", "features", folder.File("rows.npy"), folder.File("rows.npy"));
        File.WriteAllBytes(folder.File("half.pt"), File.ReadAllBytes(folder.File("rbm.pt"))[..200]);
        CliRun.Fails(1, "error: *half.pt: *xpected*found*", "features", folder.File("half.pt"), folder.File("rows.npy"));
        CliRun.Fails(2, "*--units*", "features", folder.File("rbm.pt"), folder.File("rows.npy"), "--units", "x");
    }

    private static void Same(Tensor actual, Tensor expected)
    {
        actual.shape.Should().Equal(expected.shape);
        actual.contiguous().data<float>().ToArray().Should().Equal(expected.detach().contiguous().data<float>().ToArray());
    }
}
