using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Results;
using Spectre.Console;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

public sealed class ResultsTests
{
    private static readonly EpochResult[] Results =
    [
        new(1, 1.5, 0.1 + 0.2, 13_351 / 14_280.0, 1),
        new(2, 1.4612, 1.25, 0.95, 0.96),
    ];

    [Fact]
    public void A_csv_file_has_the_originals_name_and_header_and_loses_no_digit()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(TableDefinition.Of(TableKind.DbnBinarized).CsvFile), "an older run");

        var path = Write(folder.Path, Result(TableKind.DbnBinarized, Results));

        path.Should().Be(folder.File("DBN_with_pretraining_and_input_binarization_classifier.csv"));
        File.ReadAllText(path).Should().Be(
            "epochs,test loss,train loss,test acc,train acc\n"
            + "1.0,1.5,0.30000000000000004,0.9349439775910364,1\n"
            + "2.0,1.4612,1.25,0.95,0.96\n");
        folder.Files.Should().ContainSingle();
    }

    [Fact]
    public void Every_table_has_a_file_of_its_own()
    {
        Enum.GetValues<TableKind>().Select(kind => TableDefinition.Of(kind).CsvFile).Should().Equal(
            "RBM_without_pretraining_classifier.csv",
            "RBM_pretrained_classifier.csv",
            "RBM_control_classifier.csv",
            "DBN_without_pretraining_classifier.csv",
            "DBN_with_pretraining_classifier.csv",
            "DBN_with_pretraining_and_input_binarization_classifier.csv",
            "DBN_control_classifier.csv");
    }

    [Fact]
    public void An_output_folder_that_cannot_be_written_gives_one_line_with_its_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "in the way");
        var below = Path.Combine(folder.File("file"), "results");

        var prepare = () => OutputFile.PrepareFolder(below);
        var write = () => Write(below, Result(TableKind.Rbm, Results));

        prepare.Should().Throw<IOException>().WithMessage($"The folder '{below}' can't be written: *")
            .Which.Message.Should().NotContain("\n");
        write.Should().Throw<IOException>()
            .WithMessage($"'{Path.Combine(below, "RBM_without_pretraining_classifier.csv")}' can't be written: *");
    }

    [Fact]
    public void Preparing_an_output_folder_makes_it_and_leaves_it_empty()
    {
        using var folder = new TemporaryFolder();

        OutputFile.PrepareFolder(Path.Combine(folder.File("deep"), "deeper"));

        Directory.EnumerateFileSystemEntries(Path.Combine(folder.File("deep"), "deeper")).Should().BeEmpty();
    }

    [Fact]
    public void A_table_shows_four_digits_and_the_originals_accuracy_beside()
    {
        var lines = Render(Result(TableKind.RbmPretrained, Results));

        lines[0].Trim().Should().Be("RBM 784-2500-10 with pre-training");
        Cells(lines[2]).Should().Equal("epochs", "test loss", "train loss", "test acc", "train acc", "original test acc");
        Cells(lines[4]).Should().Equal("1", "1.5000", "0.3000", "0.9349", "1.0000", "0.9349");
        Cells(lines[5]).Should().Equal("2", "1.4612", "1.2500", "0.9500", "0.9600", "0.9525");
    }

    [Fact]
    public void A_table_of_several_seeds_shows_means_and_deviations()
    {
        var lines = Render(Result(TableKind.RbmControl, [Results[0]], [Results[0] with { TestAccuracy = Results[0].TestAccuracy + 0.01 }]));

        lines[0].Trim().Should().Be("RBM 784-2500-10 with shuffled weights (control), mean ± standard deviation of 2 seeds");
        Cells(lines[4]).Should().Equal("1", "1.5000 ± .0000", ".3000 ± .0000", ".9399 ± .0071", "1.0000 ± .0000", "");
    }

    [Fact]
    public void A_file_is_written_whole_or_not_at_all_but_a_device_is_written_to()
    {
        using var folder = new TemporaryFolder();
        OutputFile.Write(folder.File("new"), "text");
        File.ReadAllText(folder.File("new")).Should().Be("text");
        folder.Files.Should().Equal("new");

        OutputFile.Write("/dev/null", "text");
        File.ReadAllText("/dev/null").Should().BeEmpty();
    }

    [Fact]
    public void An_epoch_that_the_original_lacks_has_an_empty_cell()
    {
        var lines = Render(Result(TableKind.Rbm, [new EpochResult(6, 1.5, 1.5, 0.9, 0.9)]));

        Cells(lines[4])[^1].Should().BeEmpty();
    }

    [Fact]
    public void Only_the_binarised_table_has_a_caption_that_says_where_it_starts()
    {
        foreach (var kind in Enum.GetValues<TableKind>())
        {
            var hasCaption = Render(Result(kind, Results)).Any(line => line.Contains("Goes on from"));
            hasCaption.Should().Be(kind == TableKind.DbnBinarized, "of {0}", kind);
        }
    }

    [Theory]
    [InlineData("Rbm", 0.6681, 0.9369)]
    [InlineData("RbmPretrained", 0.9349, 0.9669)]
    [InlineData("Dbn", 0.7412, 0.9398)]
    [InlineData("DbnPretrained", 0.9290, 0.9648)]
    [InlineData("DbnBinarized", 0.9633, 0.9695)]
    public void The_originals_figures_are_there_for_five_epochs(string name, double first, double last)
    {
        var rows = TableDefinition.Of(Enum.Parse<TableKind>(name)).Original;

        rows.Select(row => row.Epoch).Should().Equal(1, 2, 3, 4, 5);
        rows[0].TestAccuracy.Should().Be(first);
        rows[^1].TestAccuracy.Should().Be(last);
        rows.Should().OnlyContain(row => row.TestLoss > Math.Log(1 + (9 / Math.E)) && row.TrainLoss > Math.Log(1 + (9 / Math.E)));
    }

    [Fact]
    public void Redirected_output_is_plain()
    {
        var console = Terminal.Create(TextWriter.Null, redirected: true);

        console.Profile.Capabilities.Ansi.Should().BeFalse();
        console.Profile.Capabilities.Interactive.Should().BeFalse();
        console.Profile.Capabilities.ColorSystem.Should().Be(ColorSystem.NoColors);
    }

    private static TableResult Result(TableKind kind, params IReadOnlyList<IReadOnlyList<EpochResult>> seeds)
    {
        var table = new TableResult(kind);
        foreach (var (seed, epochs) in seeds.Index())
            table.Add(new SeedResult(seed, epochs, null));
        return table;
    }

    private static string[] Render(TableResult table) => Rendered.Lines(table.ToTable(), width: 100);

    private static string Write(string folder, TableResult table) => CsvTable.Write(folder, table.Definition.CsvFile, table.ToCsv());

    private static string[] Cells(string line) => Rendered.Cells(line);
}
