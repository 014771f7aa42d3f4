using System.Diagnostics;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Cli.Tests;

/// <summary>What else than a file can be in the place of one: a folder, nothing, a pipe, a device, a link.</summary>
public sealed class PlaceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_folder_or_nothing_in_the_place_of_a_file_to_read_is_said_with_the_option_before_any_work()
    {
        CliRun.Bits(folder);
        using var rbm = Rbm.Bernoulli(6, 3);
        rbm.Save(folder.File("m.pt"));
        var (rows, model, inner) = (folder.File("rows.npy"), folder.File("m.pt"), folder.File("inner"));
        _ = Directory.CreateDirectory(inner);
        string[] fit = ["-o", folder.File("x.pt")];
        foreach (var (name, command) in new (string, string[])[]
        {
            ("<data>", ["fit", "rbm", "IT", .. fit]),
            ("--validation", ["fit", "rbm", rows, "--validation", "IT", .. fit]),
            ("--labels", ["fit", "classifier", rows, "--labels", "IT", .. fit]),
            ("--validation-labels", ["fit", "classifier", rows, "--labels", folder.File("labels.npy"), "--validation", rows, "--validation-labels", "IT", .. fit]),
            ("<model>", ["features", "IT", rows]),
            ("<data>", ["score", model, "IT"]),
            ("<input>", ["convert", "IT", folder.File("x.npy")]),
            ("<file>", ["info", "IT"]),
        })
        {
            var nowhere = folder.File("nowhere");
            CliRun.Fails(2, $"error: {name} {inner}: expected the name of a file, found a folder.\n", [.. command.Select(part => part == "IT" ? inner : part)]);
            CliRun.Fails(1, $"error: {name} {nowhere}: expected a file, found none.\n", [.. command.Select(part => part == "IT" ? nowhere : part)]);
            CliRun.Fails(1, $"error: {name} {nowhere}/rows: expected a file, found none, and no folder for it either.\n", [.. command.Select(part => part == "IT" ? $"{nowhere}/rows" : part)]);
        }

        // A folder where what lies beside an output would be, for a while or to stay.
        var table = CliRun.Table(folder);
        foreach (var beside in new[] { "x.pt.encoder.json", "x.pt.labels.json", "run.tmp", "run.pretraining" })
        {
            _ = Directory.CreateDirectory(folder.File(beside));
            CliRun.Fails(2, $"error: --{(beside[0] == 'x' ? "out" : "checkpoint")} {folder.File(beside)}: expected the name of a file, found a folder.\n", "fit", "classifier", table, "--label-column", "rain", "--ignore", "name", "degrees", "--checkpoint", folder.File("run"), "-o", folder.File("x.pt"));
            Directory.Delete(folder.File(beside));
        }

        _ = Directory.CreateDirectory(folder.File("m.safetensors.labels.json"));
        CliRun.Fails(2, $"error: <output> {folder.File("m.safetensors.labels.json")}: expected the name of a file, found a folder.\n", "convert", model, folder.File("m.safetensors"));
        folder.Files.Should().BeEquivalentTo("rows.npy", "labels.npy", "m.pt", "table.csv");
    }

    [Fact]
    public async Task What_comes_through_a_pipe_is_read_like_a_file_and_no_output_takes_the_place_of_a_pipe_or_a_device()
    {
        if (OperatingSystem.IsWindows())
            return;
        var (rows, _) = CliRun.Bits(folder);
        using var rbm = Rbm.Bernoulli(6, 3, seed: 2);
        rbm.Save(folder.File("m.pt"));
        var (pipe, other) = (folder.File("pipe.csv"), folder.File("pipe.pt"));
        using (var make = Process.Start("mkfifo", [pipe, other]))
            await make.WaitForExitAsync();

        // The model's bytes are looked at more than once.
        var sent = Task.WhenAll(Send(folder.File("rows.npy"), pipe), Send(folder.File("m.pt"), other));
        var scores = CliRun.Of("score", other, pipe, "-o", folder.File("scores.npy"));
        await sent;
        scores.Error.Should().BeEmpty();
        NpyFile.Load(folder.File("scores.npy")).data<float>().ToArray().Should().Equal(rbm.FreeEnergy(rows).data<float>().ToArray());
        sent = Send(folder.File("m.pt"), other);
        _ = CliRun.Of("convert", other, folder.File("copy.pt"));
        await sent;
        using var copy = Rbm.Load(folder.File("copy.pt"));
        CliRun.ShouldBeSame(copy, rbm);

        CliRun.Fails(1, $"error: --out {pipe}: expected a file to write, found a pipe or a device, *\n", "sample", folder.File("m.pt"), "-o", pipe);
        CliRun.Fails(1, $"error: --checkpoint {pipe}: expected a file to write, found a pipe or a device, *\n", "fit", "rbm", folder.File("rows.npy"), "-o", folder.File("x.pt"), "--checkpoint", pipe);
        CliRun.Fails(1, "error: --checkpoint /dev/null: expected a file to write, found a pipe or a device, *\n", "fit", "rbm", folder.File("rows.npy"), "-o", folder.File("x.pt"), "--checkpoint", "/dev/null");
        CliRun.Fails(1, "error: /dev/zero: expected a file, found a device, which does not say how much can be read from it.\n", "info", "/dev/zero");
        CliRun.Fails(1, "error: /dev/null: *empty file.\n", "info", "/dev/null");
        folder.Files.Should().BeEquivalentTo("rows.npy", "labels.npy", "m.pt", "pipe.csv", "pipe.pt", "scores.npy", "copy.pt");

        static Task Send(string file, string to) => Task.Run(() =>
        {
            using var target = new FileStream(to, FileMode.Open, FileAccess.Write);
            target.Write(File.ReadAllBytes(file));
        });
    }

    [Fact]
    public void An_output_that_is_a_link_stays_one_and_what_lies_beside_a_model_too()
    {
        if (OperatingSystem.IsWindows())
            return;
        CliRun.Bits(folder);
        using var rbm = Rbm.Bernoulli(6, 3, seed: 2);
        rbm.Save(folder.File("m.pt"));
        _ = Directory.CreateDirectory(folder.File("store"));
        foreach (var ending in new[] { "pt", "safetensors", "npz", "onnx", "csv", "tsv", "npy", "idx" })
        {
            Link($"link.{ending}", $"store/{ending}");
            string[] command = ending is "csv" or "tsv" or "npy" or "idx" ? ["features", folder.File("m.pt"), folder.File("rows.npy"), "-o"] : ["convert", folder.File("m.pt")];
            _ = CliRun.Of([.. command, folder.File($"link.{ending}")]);
            new FileInfo(folder.File($"link.{ending}")).LinkTarget.Should().Be($"store/{ending}");
            File.Delete(folder.File($"link.{ending}"));
        }

        Directory.EnumerateFiles(folder.File("store")).Select(Path.GetFileName).Should().BeEquivalentTo("pt", "safetensors", "npz", "onnx", "csv", "tsv", "npy", "idx");
        using var back = Rbm.Load(folder.File("store/pt"));
        CliRun.ShouldBeSame(back, rbm);

        foreach (var name in new[] { "t.pt", "t.pt.encoder.json", "run" })
            Link(name, $"store/{name}");
        // The second time there are files to replace.
        for (var i = 1; i <= 2; i++)
        {
            _ = CliRun.Of("fit", "rbm", CliRun.Table(folder), "--ignore", "name", "--hidden", "3", "--epochs", "1", "--seed", $"{i}", "--checkpoint", folder.File("run"), "-o", folder.File("t.pt"));
            foreach (var name in new[] { "t.pt", "t.pt.encoder.json", "run" })
                new FileInfo(folder.File(name)).LinkTarget.Should().Be($"store/{name}");
            TableEncoder.Load(folder.File("store/t.pt.encoder.json")).Columns.Should().HaveCount(3);
            File.Delete(folder.File("store/run"));
        }

        using var second = Rbm.Load(folder.File("store/t.pt"));
        _ = CliRun.Of("fit", "rbm", folder.File("table.csv"), "--ignore", "name", "--hidden", "3", "--epochs", "1", "--seed", "2", "-o", folder.File("plain.pt"));
        using var plain = Rbm.Load(folder.File("plain.pt"));
        CliRun.ShouldBeSame(second, plain);
        Directory.EnumerateFiles(folder.File("store")).Should().HaveCount(10);

        // What is written for a while lies beside the file, not the link.
        NpyFile.Save(folder.File("store/run.tmp"), torch.zeros(2, 6));
        CliRun.Fails(2, "error: <data> and --checkpoint: expected different files, found *run.tmp for both.\n", "fit", "rbm", folder.File("store/run.tmp"), "--checkpoint", folder.File("run"), "-o", folder.File("x.pt"));
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(folder.File(name), target);
}
