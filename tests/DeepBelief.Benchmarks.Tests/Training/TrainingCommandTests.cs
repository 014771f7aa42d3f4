using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Training;
using DeepBelief.Sampling;

namespace DeepBelief.Benchmarks.Tests.Training;

/// <summary>The structure of what is measured and written; how fast anything is, no test says.</summary>
public sealed partial class TrainingCommandTests
{
    [Fact]
    public void The_cases_have_the_names_that_readers_of_the_file_know()
        => Suite.Cases.Should().Equal(
            "cd1-784-500-b100",
            "cd10-784-512-b128",
            "cd10-784-2500-b128",
            "pcd1-784-500-b100",
            "gauss-cd1-784-500-b100",
            "adam-cd1-784-500-b100",
            "cd10-784-2500-b128-bf16",
            "cd1-784-500-b100-bf16",
            "cd1-1024-1024-b1024-bf16",
            "defaults-784-500",
            "finetune-784-512-128-64-10-b64",
            "fit-10-100-1000-rows",
            "fit-64-50-1000-rows",
            "fit-784-50-1000-rows",
            "fit-784-50-1000-rows-cd1",
            "default-threads",
            "default-busy",
            "default-busy-small");

    [Fact]
    [Trait("Category", "Slow")]
    public void A_quick_run_of_one_case_prints_and_writes_a_row_for_each_number_of_threads()
    {
        var json = Path.Combine(Directory.CreateTempSubdirectory("deepbelief-benchmarks-tests-").FullName, "new", "results.json");
        int[] threads = Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount];

        var (exitCode, output, error) = Run("--quick", "--case", Workloads.Tiny, "--json", json);

        exitCode.Should().Be(0, error);
        output.Split('\n').Where(line => line.StartsWith("| tiny ", StringComparison.Ordinal)).Should().HaveCount(threads.Length);
        var distances = DistanceNote().Matches(output);
        distances.Should().HaveCount(threads.Length - 1, "one thread has no other to be far from");
        foreach (Match distance in distances)
        {
            // A cache takes more than a nanosecond to answer, and no machine takes a millisecond.
            var (least, most) = (Number(distance.Groups[1]), Number(distance.Groups[2]));
            least.Should().BeInRange(2, most);
            most.Should().BeLessThan(1_000_000);
        }

        using var document = JsonDocument.Parse(File.ReadAllText(json));
        var rows = document.RootElement.EnumerateArray().ToArray();
        rows.Select(row => row.GetProperty("threads").GetInt32()).Should().Equal(threads);
        foreach (var row in rows)
        {
            row.EnumerateObject().Select(property => property.Name).Should().Equal(
                "case", "threads", "samples_per_s", "ceiling_samples_per_s", "ratio", "min", "max", "warm_ceiling_samples_per_s", "warm_ratio");
            row.GetProperty("case").GetString().Should().Be("tiny");
            row.GetProperty("warm_ratio").GetDouble().Should().BePositive().And.BeLessThan(2);
            var ratio = row.GetProperty("ratio").GetDouble();
            ratio.Should().BeInRange(row.GetProperty("min").GetDouble(), row.GetProperty("max").GetDouble());
            // The steps of a training run can't be faster than the products in them; but the clock has its noise.
            ratio.Should().BePositive().And.BeLessThan(2);
            row.GetProperty("samples_per_s").GetDouble().Should().BePositive();
            row.GetProperty("ceiling_samples_per_s").GetDouble().Should().BePositive();
        }

        Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(json))!, recursive: true);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Without_a_Python_fine_tuning_is_measured_without_a_ceiling_and_a_line_says_what_to_install()
    {
        var (exitCode, output, error) = Run("--quick", "--case", Workloads.FineTune, "--python", "/no/such/python");

        exitCode.Should().Be(0, error);
        output.Should().MatchRegex(@"\| finetune-784-512-128-64-10-b64 \| +1 \| +[0-9,]+ \| +- \| +- \| +- \|");
        output.Should().Contain("install python3-torch");
        error.Should().Contain("install python3-torch");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Default_options_are_measured_against_the_bare_update()
    {
        var (exitCode, output, error) = Run("--quick", "--case", Workloads.Defaults);

        exitCode.Should().Be(0, error);
        var rows = DefaultsRow().Matches(output);
        var notes = DefaultsNote().Matches(output);
        rows.Should().HaveCount(Environment.ProcessorCount == 1 ? 1 : 2).And.HaveSameCount(notes);
        foreach (var (row, note) in rows.Zip(notes))
        {
            // An epoch's time is the inverse of its speed; both are rounded.
            var ratio = double.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture);
            double.Parse(note.Groups[1].Value, CultureInfo.InvariantCulture).Should().BeApproximately(1 / ratio, 0.006 + (0.0006 / (ratio * ratio)));
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_peer_in_TorchSharp_runs_beside_every_number_of_threads()
    {
        var (exitCode, output, error) = Run("--quick", "--case", Workloads.Tiny, "--peers", "--python", "/no/such/python");

        exitCode.Should().Be(0, error);
        output.Split('\n').Where(line => line.StartsWith("| tiny ", StringComparison.Ordinal) && line.Contains("| eager TorchSharp |", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split('|', StringSplitOptions.TrimEntries)[3], CultureInfo.InvariantCulture))
            .Should().Equal(Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount]);
        output.Should().Contain("eager PyTorch skipped");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Narrow_vectors_are_those_of_our_process_and_are_in_the_file()
    {
        var json = Path.Combine(Directory.CreateTempSubdirectory("deepbelief-benchmarks-tests-").FullName, "results.json");

        var (exitCode, output, error) = Run("--quick", "--case", Workloads.Tiny, "--vectors", "128", "--json", json);

        exitCode.Should().Be(0, error);
        output.Should().Contain("vectors of 128 bits");
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        document.RootElement.EnumerateArray().Select(row => row.GetProperty("vector_bits").GetInt32()).Should().NotBeEmpty().And.OnlyContain(bits => bits == 128);
        Directory.Delete(Path.GetDirectoryName(json)!, recursive: true);
    }

    [Fact]
    public void Vectors_that_the_machine_does_not_have_are_an_error()
    {
        var check = () => VectorSetting.Of(512).Check(new("2.10", VectorBits: 256));

        check.Should().Throw<WorkerException>().WithMessage("expected vectors of 512 bits, found 256*");
        VectorSetting.Of(256).Check(new("2.10", VectorBits: 256));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Whole_fits_of_small_data_are_measured_against_their_products()
    {
        var (exitCode, output, error) = Run("--quick", "--case", "fit-10-100-1000-rows");

        exitCode.Should().Be(0, error);
        var ratios = SmallRow().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        // Fit does the products, and more.
        ratios.Should().HaveCount(Environment.ProcessorCount == 1 ? 1 : 2).And.OnlyContain(ratio => ratio > 0 && ratio < 1);
    }

    [Fact]
    public void The_products_of_small_fits_are_those_of_the_run_that_the_options_choose()
    {
        using var rbm = Rbm.Bernoulli(10, 100);
        var plain = new SmallFitWorkload("plain", 10, 100) { Plain = true }.Options.Resolve(rbm, SmallFitWorkload.RowCount);
        var options = new SmallFitWorkload("defaults", 10, 100).Options.Resolve(rbm, SmallFitWorkload.RowCount);

        options.Should().Be(new TrainingOptions().Resolve(rbm, SmallFitWorkload.RowCount));
        plain.BatchSize.Should().Be(SmallFitWorkload.Batch);
        plain.NegativePhase.Should().Be(new ContrastiveDivergence());

        options.BatchSize.Should().Be(SmallFitWorkload.Batch);
        var phase = options.NegativePhase.Should().BeOfType<PersistentContrastiveDivergence>().Subject;
        (phase.Chains, phase.Steps).Should().Be((SmallFitWorkload.Chains, 1));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Default_settings_beside_a_busy_core_are_measured_against_the_best_setting_there()
    {
        var (exitCode, output, error) = Run("--quick", "--case", "default-busy-small");

        exitCode.Should().Be(0, error);
        output.Should().MatchRegex(@"\| default-busy-small +\| +[0-9]+ \| +[0-9,]+ \| +[0-9,]+ \| [0-9.]+ \|");
        output.Should().MatchRegex("default-busy-small is fit-784-50-1000-rows and .* each beside a process that keeps one core busy");
    }

    [Fact]
    public void A_folder_that_is_no_checkout_of_the_original_is_an_error_before_anything_is_measured()
    {
        var folder = Directory.CreateTempSubdirectory("deepbelief-benchmarks-tests-").FullName;

        var (exitCode, output, error) = Run("--case", Workloads.Cd1, "--original", folder);

        exitCode.Should().Be(1);
        output.Should().BeEmpty();
        error.Should().Contain(folder).And.Contain("no checkout of the original");
        Directory.Delete(folder);
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = TrainingCommand.Create().Parse(arguments).Invoke(new() { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }

    [GeneratedRegex(@"^tiny on [0-9]+ threads: .* took ([0-9,]+) to ([0-9,]+) ns", RegexOptions.Multiline)]
    private static partial Regex DistanceNote();

    [GeneratedRegex(@"^\| fit-10-100-1000-rows +\| +[0-9]+ \| +[0-9,]+ \| +[0-9,]+ \| ([0-9.]+) \|", RegexOptions.Multiline)]
    private static partial Regex SmallRow();

    [GeneratedRegex(@"^\| defaults-784-500 +\| +[0-9]+ \| +[0-9,]+ \| +[0-9,]+ \| ([0-9.]+) \|", RegexOptions.Multiline)]
    private static partial Regex DefaultsRow();

    [GeneratedRegex(@"^defaults-784-500 on [0-9]+ thread\(s\): an epoch takes ([0-9.]+) times as long as one of cd1-784-500-b100\.", RegexOptions.Multiline)]
    private static partial Regex DefaultsNote();

    private static double Number(Group digits) => double.Parse(digits.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
