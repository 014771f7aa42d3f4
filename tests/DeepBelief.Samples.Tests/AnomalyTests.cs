using System.Buffers.Binary;
using System.Text.Json;
using System.Xml.Linq;
using DeepBelief.Experiments;
using DeepBelief.Experiments.Anomaly;
using DeepBelief.Experiments.Running;
using DeepBelief.Files;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Tests.MnistProgram;
using DeepBelief.Training;
using TorchSharp;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

public sealed class AnomalyTests
{
    private static readonly AnomalyRecipe Recipe = new(
        16,
        WeightInitialization.Normal(0.1),
        new TrainingOptions { Epochs = 60, BatchSize = 20, LearningRate = 0.1, Optimizer = new SgdSettings { Momentum = 0.5 } });

    [Fact]
    public void Digits_are_told_from_what_is_none()
    {
        using var results = Run();

        var seed = results.Seeds.Should().ContainSingle().Subject;
        seed.Digits.Should().HaveCount(50);
        seed.Others.Should().HaveCount(4).And.OnlyContain(set => set.FreeEnergies.Length == 50);
        seed.Others[0].RocAuc.Should().BeGreaterThan(0.95, "of uniform noise");
        seed.Others[2].RocAuc.Should().BeGreaterThan(0.9, "of displaced pixels");
        foreach (var set in seed.Others)
        {
            var wins = set.FreeEnergies.Sum(other => seed.Digits.Sum(digit => digit < other ? 1 : digit == other ? 0.5 : 0));
            set.RocAuc.Should().BeApproximately(wins / 2500, 1e-12);
        }
    }

    [Fact]
    public void Same_seed_same_figures_and_several_seeds_have_a_mean()
    {
        using var results = Run(1, 2);
        using var again = Run(2);

        again.Seeds[0].Others.Select(set => set.RocAuc).Should().Equal(results.Seeds[1].Others.Select(set => set.RocAuc));
        again.Seeds[0].Digits.Should().Equal(results.Seeds[1].Digits).And.NotEqual(results.Seeds[0].Digits);
        results.Areas.Select(area => area.Name).Should().Equal(again.Areas.Select(area => area.Name));
        var both = results.Seeds.Select(seed => seed.Others[3].RocAuc).ToList();
        results.Areas[3].RocAuc.Should().Be(Statistics.Of(both));
    }

    [Fact]
    public void Strange_images_are_made_of_digits_pixels_or_noise()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(1);
        // Column c has values between c and c + 1 only.
        var digits = torch.rand([2000, 9], generator: generator) + torch.arange(9);
        var images = StrangeImages.Of(digits, 7).Select(kind => kind.Images).ToArray();

        images.Should().OnlyContain(rows => rows.shape.SequenceEqual(new long[] { 2000, 9 }));
        images[0].min().ToDouble().Should().BeInRange(0, 0.01);
        images[0].max().ToDouble().Should().BeInRange(0.99, 1);
        // Noise: what stands in a column is from that column, but a row is from many.
        (images[1].floor() - torch.arange(9)).abs().max().ToDouble().Should().Be(0);
        images[1].mean(new long[] { 0 }).sub(digits.mean(new long[] { 0 })).abs().max().ToDouble().Should().BeLessThan(0.05);
        images[1].eq(digits).sum().ToInt64().Should().BeLessThan(100);
        // One order for all images, and each pixel once.
        var order = images[2].floor();
        order.sub(order[0]).abs().max().ToDouble().Should().Be(0);
        order[0].data<float>().ToArray().Should().BeEquivalentTo(Enumerable.Range(0, 9).Select(c => (float)c)).And.NotBeInAscendingOrder();
        images[2].sum(1).sub(digits.sum(1)).abs().max().ToDouble().Should().BeLessThan(1e-4);
        // The last pixel first is a square image turned by half a turn.
        images[3].select(1, 0).contiguous().bytes.SequenceEqual(digits.select(1, 8).contiguous().bytes).Should().BeTrue();

        StrangeImages.Of(digits, 7).Last().Images.bytes.SequenceEqual(images[3].bytes).Should().BeTrue();
        StrangeImages.Of(digits, 8).First().Images.bytes.SequenceEqual(images[0].bytes).Should().BeFalse();
    }

    [Theory]
    [InlineData("t10k-images-idx3-ubyte", false)]
    [InlineData("t10k-images.idx3-ubyte.gz", true)]
    public void Fashion_images_are_scored_where_there_are_any(string file, bool compressed)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File(file), compressed ? TinyMnist.Gzip(Idx(30, 28)) : Idx(30, 28));

        var (with, notes) = RunWholeImages(folder.Path);
        var (found, _) = RunWholeImages(null, installed: folder.Path);
        var (without, otherNotes) = RunWholeImages(null);

        using (with)
        using (found)
        using (without)
        {
            with.Seeds[0].Others[^1].Name.Should().Be("Fashion-MNIST");
            with.Seeds[0].Others[^1].FreeEnergies.Should().HaveCount(30);
            with.Seeds[0].Others[^1].RocAuc.Should().Be(1, "white images are no digits");
            notes.Should().NotContain("--fashion");
            found.Seeds[0].Others[^1].FreeEnergies.Should().Equal(with.Seeds[0].Others[^1].FreeEnergies, "a package's folder needs no option");
            without.Seeds[0].Others.Should().HaveCount(4);
            without.Seeds[0].Others.Select(set => set.RocAuc).Should().Equal(with.Seeds[0].Others.Take(4).Select(set => set.RocAuc));
            otherNotes.Should().Contain("Fashion-MNIST is left out: --fashion names the folder of its files.");
        }
    }

    [Fact]
    public void The_folder_of_Debians_package_is_found_where_it_is_installed()
    {
        const string Debian = "/usr/share/datasets/fashion-mnist";

        new AnomalyExperiment().InstalledFashion.Should().Be(File.Exists($"{Debian}/t10k-images-idx3-ubyte.gz") ? Debian : null);
    }

    [Fact]
    public void Fashion_files_that_are_missing_or_others_are_told_before_the_training()
    {
        using var folder = new TemporaryFolder();
        var run = () => RunWholeImages(folder.Path);

        run.Should().Throw<IOException>().WithMessage($"*{folder.Path}*--fashion*t10k-images-idx3-ubyte*");
        File.WriteAllBytes(folder.File("t10k-images-idx3-ubyte"), Idx(3, 10));
        run.Should().Throw<DataFormatException>().WithMessage("*784 pixels, found 100.");
    }

    [Fact]
    public void The_report_and_the_json_have_the_figures()
    {
        using var data = TinyImages.Create();
        using var outputs = new Outputs();
        using var results = new AnomalyResults();
        var options = new ExperimentOptions { Experiment = new AnomalyExperiment { Recipe = Recipe with { Training = Recipe.Training with { Epochs = 2 } }, InstalledFashion = null } };
        var run = ExperimentRun.Run(options, data, outputs.Output, results, default);

        var page = XDocument.Parse(RunReport.Create(run, data)).Root!;

        page.Descendants("h2").Select(h => h.Value).Should().Equal("Free energy as a score", "Strange digits", "Times", "Settings", "How to get this again");
        var rows = page.Descendants("tbody").First().Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray()).ToArray();
        rows.Should().HaveCount(5);
        rows[0][..2].Should().Equal("uniform noise", results.Areas[0].RocAuc.ToString());
        rows[^1][..2].Should().Equal("test digits", "");
        page.Descendants("img").Should().HaveCount(2);
        outputs.Results.Should().Contain("uniform noise").And.Contain("AUROC");

        using var json = JsonDocument.Parse(RunJson.Format(run));
        json.RootElement.GetProperty("results").GetProperty("areasUnderCurve")[0].GetProperty("mean").GetDouble()
            .Should().Be(results.Areas[0].RocAuc.Mean);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_that_is_cancelled_keeps_its_seeds()
    {
        using var folder = new TemporaryFolder();
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        using var results = new AnomalyResults();
        var options = new ExperimentOptions { Seeds = [.. Enumerable.Range(0, 100_000)], OutputFolder = folder.Path };

        var run = () => new AnomalyExperiment { Recipe = Recipe, InstalledFashion = null }.Run(TinyDigits.Context(data, options, cancellationToken: cancel.Token), results);

        run.Should().Throw<OperationCanceledException>();
        results.Seeds.Should().HaveCountGreaterThan(0).And.OnlyContain(seed => seed.Others.Count == 4);
        var lines = File.ReadAllLines(folder.File("anomaly.csv"));
        lines[0].Should().Be("seed,images,auroc,mean free energy,mean free energy of digits");
        lines.Should().HaveCount(1 + (4 * results.Seeds.Count));
        lines[1].Should().StartWith(FormattableString.Invariant($"0,uniform noise,{results.Seeds[0].Others[0].RocAuc:R},"));
    }

    private static AnomalyResults Run(params int[] seeds)
    {
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        var results = new AnomalyResults();
        new AnomalyExperiment { Recipe = Recipe, InstalledFashion = null }.Run(TinyDigits.Context(data, new ExperimentOptions { Seeds = seeds is [] ? [0] : seeds }), results);
        return results;
    }

    private static (AnomalyResults Results, string Notes) RunWholeImages(string? fashion, string? installed = null)
    {
        using var data = TinyImages.Create();
        using var outputs = new Outputs();
        var options = new ExperimentOptions { FashionFolder = fashion };
        var context = new ExperimentContext(options, data, outputs.Output, new(options, outputs.Output), default);
        var results = new AnomalyResults();
        var recipe = Recipe with { Training = Recipe.Training with { Epochs = 5 } };
        new AnomalyExperiment { Recipe = recipe, InstalledFashion = installed }.Run(context, results);
        return (results, outputs.Results);
    }

    /// <summary>White images.</summary>
    private static byte[] Idx(int images, int side)
    {
        var content = new byte[16 + (images * side * side)];
        content.AsSpan(16).Fill(255);
        foreach (var (i, value) in new[] { 0x803, images, side, side }.Index())
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 * i), value);
        return content;
    }
}
