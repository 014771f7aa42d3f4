using System.Text.Json;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

public sealed class ProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public void Ctrl_C_stops_and_keeps_what_is_finished()
    {
        using var sample = SampleProcess.Start(folder.Path, "sample --seeds 100000 --only dbn --json run.json --out results");
        // The second seed is under way.
        sample.WaitFor("DBN 784-512-128-64-10 without pre-training: fine-tuning: ");
        sample.Send("INT");
        var (code, output, errors) = sample.End();

        code.Should().Be(130);
        errors.Should().Be("Stopping. Once more ends the program at once.\nCancelled; what was finished by then is kept.\n");
        output.Should().Contain("DBN 784-512-128-64-10 without pre-training").And.Contain("Cancelled after").And.Contain("Report: ");
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("run.json")));
        json.RootElement.GetProperty("status").GetString().Should().Be("cancelled");
        json.RootElement.GetProperty("results").GetProperty("tables")[0].GetProperty("seeds").GetArrayLength().Should().BeInRange(1, 99_999);
        folder.Files.Should().BeEquivalentTo("run.json", "DBN_without_pretraining_classifier.csv", "deepbelief-mnist-tables.html");
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_second_signal_ends_the_program_at_once(string signal, int expected)
    {
        // The report goes into a pipe that is full and that nobody reads: the program would wait for ever.
        using var sample = SampleProcess.Start(
            folder.Path,
            "mkfifo full; exec 3<>full; dd if=/dev/zero of=full bs=4096 count=4096 oflag=nonblock 2>/dev/null; "
            + "sample --seeds 100000 --only dbn --json run.json --out results --report /dev/fd/3");
        sample.WaitFor("DBN 784-512-128-64-10 without pre-training: fine-tuning: ");
        sample.Send(signal);
        sample.WaitFor("Written to run.json");
        await Task.Delay(TimeSpan.FromSeconds(1));
        sample.HasEnded.Should().BeFalse("it waits to write the report");
        sample.Send(signal);
        var (code, _, errors) = sample.End();

        code.Should().Be(expected);
        errors.Should().Be("Stopping. Once more ends the program at once.\n");
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("run.json")));
        json.RootElement.GetProperty("status").GetString().Should().Be("cancelled");
        folder.Files.Should().BeEquivalentTo("full", "run.json", "DBN_without_pretraining_classifier.csv");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Json_has_standard_output_for_itself_and_nothing_has_control_codes()
    {
        using var sample = SampleProcess.Start(folder.Path, "sample --only dbn rbm-pretrained --json");
        var (code, output, errors) = sample.End();

        code.Should().Be(0);
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("results").GetProperty("tables").GetArrayLength().Should().Be(2);
        errors.Should().Contain("RBM 784-2500-10 with pre-training: pre-training: ").And.Contain("original test acc").And.Contain("Report: ");
        (output + errors).Where(c => char.IsControl(c) && c != '\n').Should().BeEmpty();
        folder.Files.Should().HaveCount(2).And.Contain("deepbelief-mnist-tables.html").And.ContainMatch("tables-rbm-seed0-*.pretraining.pt");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Quiet_prints_the_tables_alone()
    {
        using var sample = SampleProcess.Start(folder.Path, "sample --only dbn --quiet --no-report");
        var (code, output, errors) = sample.End();

        code.Should().Be(0);
        errors.Should().BeEmpty();
        output.TrimStart().Should().StartWith("DBN 784-512-128-64-10 without pre-training");
        output.TrimEnd().Should().EndWith("╯").And.NotContain("fine-tuning");
        folder.Files.Should().BeEmpty();
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("sample --out file/below", "error: The folder '*file/below' can't be written: *")]
    [InlineData("sample --json file/run.json", "error: The folder '*file' can't be written: *")]
    [InlineData("sample --json .", "error: '.' can't be written: it is a folder.")]
    [InlineData("sample --report file/page.html", "error: The folder '*file' can't be written: * (--report names another file for the report, --no-report leaves it out)")]
    [InlineData("sample --device cuda", "error: --device cuda was asked for, but torch finds no CUDA device here.")]
    public void What_cannot_work_is_said_in_one_line_before_any_training(string command, string message)
    {
        File.WriteAllText(folder.File("file"), "in the way");
        using var sample = SampleProcess.Start(folder.Path, command);
        var (code, output, errors) = sample.End();

        code.Should().Be(1);
        output.Should().BeEmpty();
        errors.Should().Match($"{message}\n");
        errors.Trim().Should().NotContain("\n");
        folder.Files.Should().Equal("file");
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("sample --only dbn >/dev/full", "error: The output can't be written: *")]
    [InlineData("sample --only dbn --quiet --json >/dev/full", "error: Standard output can't be written: *")]
    [InlineData("sample --only dbn --json /dev/full", "error: '/dev/full' can't be written: *")]
    [InlineData("sample --only dbn --report /dev/full", "error: '/dev/full' can't be written: *")]
    public void A_full_disk_is_said_in_one_line(string command, string message)
    {
        using var sample = SampleProcess.Start(folder.Path, command);
        var (code, _, errors) = sample.End();

        code.Should().Be(1);
        errors.Should().Match($"{message}\n").And.Contain("No space left on device");
        errors.Trim().Should().NotContain("\n");
        File.Exists("/dev/full").Should().BeTrue();
    }
}
