using System.Text;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

/// <summary>What is said of a disk that is full, and what becomes of links.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_full_disk_is_told_by_the_name_of_the_file_that_was_asked_for()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var path = folder.Write("model", "old"u8.ToArray());
        foreach (var bytes in new[] { 10, 100_000 })
        {
            Full();
            var write = () => AtomicFile.Write(path, ".tmp", stream => stream.Write(new byte[bytes]));
            write.Should().Throw<IOException>().WithMessage($"{path}: the file could not be written: No space left on device.").Which.HResult.Should().Be(28);
            folder.Files.Should().Equal("model");
            File.ReadAllText(path).Should().Be("old");
        }

        // So does a run, which keeps its state after every epoch.
        using var rows = torch.zeros(5, 3);
        using var rbm = Rbm.Bernoulli(3, 2);
        Full();
        var fit = () => rbm.Fit(rows, new() { Epochs = 2, Checkpoint = new() { Path = path, Resume = false } });
        fit.Should().Throw<IOException>().WithMessage($"{path}: the file could not be written: No space left on device.");

        void Full() => File.CreateSymbolicLink($"{path}.tmp", "/dev/full");
    }

    [Fact]
    public void A_folder_that_is_not_there_or_may_not_be_written_to_is_said_before_there_is_something_to_write()
    {
        var nowhere = () => AtomicFile.Check(folder.File("none/model"));
        nowhere.Should().Throw<DirectoryNotFoundException>().WithMessage($"{folder.File("none/model")}: expected an existing folder {folder.File("none")}, found none.");
        AtomicFile.Check(folder.File("model"));
        folder.Files.Should().BeEmpty();
        if (!OperatingSystem.IsLinux())
            return;
        var system = () => AtomicFile.Check("/proc/model");
        system.Should().Throw<IOException>().WithMessage("/proc/model: *").Which.Message.Should().NotContain(".tmp");
    }

    [Fact]
    public void A_link_stays_and_the_file_that_it_leads_to_is_replaced_as_a_whole()
    {
        if (OperatingSystem.IsWindows())
            return;
        _ = Directory.CreateDirectory(folder.File("far"));
        _ = Directory.CreateSymbolicLink(folder.File("near"), "far");
        // From link to link, one of them in a folder that is one itself.
        Link("model", "near/link");
        Link("far/link", "../far/target");
        using var rbm = Rbm.Bernoulli(3, 2);
        using var tensor = torch.ones(2);
        foreach (var save in new Action<string>[]
        {
            path => rbm.Save(path),
            path => rbm.SaveStateDict(path),
            path => PtFile.Save(path, 1),
            path => SafetensorsFile.Save(path, new Dictionary<string, Tensor> { ["a"] = tensor }),
            path => NpyFile.Save(path, tensor),
            path => NpzFile.Save(path, new Dictionary<string, Tensor> { ["a"] = tensor }),
            path => IdxFile.Save(path, tensor),
            path => TableEncoder.Fit(["a"], [["1"], ["2"]]).Save(path),
            path =>
            {
                using var rows = torch.zeros(5, 3);
                _ = rbm.Fit(rows, new() { Epochs = 1, Checkpoint = new() { Path = path, Resume = false } });
            },
        })
        {
            _ = folder.Write("far/target", "old"u8.ToArray());
            save(folder.File("model"));
            File.ReadAllText(folder.File("far/target")).Should().NotBe("old");
            new FileInfo(folder.File("model")).LinkTarget.Should().Be("near/link");
            new FileInfo(folder.File("far/link")).LinkTarget.Should().Be("../far/target");
            AllShouldBe("model", "far/link", "far/target");
        }

        var whole = File.ReadAllBytes(folder.File("far/target"));
        var broken = () => AtomicFile.Write(folder.File("model"), stream =>
        {
            stream.WriteByte(1);
            throw new InvalidDataException("Broken.");
        });
        broken.Should().Throw<InvalidDataException>();
        File.ReadAllBytes(folder.File("far/target")).Should().Equal(whole);
        AllShouldBe("model", "far/link", "far/target");

        // By folders that are none by a link.
        void AllShouldBe(params string[] names) => new[] { ".", "far" }.SelectMany(name => Directory.EnumerateFiles(folder.File(name))).Select(Path.GetFullPath)
            .Should().BeEquivalentTo(names.Select(folder.File));
    }

    [Fact]
    public void A_link_to_nothing_makes_the_file_and_one_that_leads_nowhere_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        Link("new", "made");
        AtomicFile.Write(folder.File("new"), stream => stream.Write(Encoding.UTF8.GetBytes("text")));
        File.ReadAllText(folder.File("made")).Should().Be("text");

        Link("lost", "none/made");
        Refused("lost", $"expected an existing folder {folder.File("none")}, found none.");
        Link("one", "other");
        Link("other", "one");
        Refused("one", "expected links that lead to a file, found a circle of links, or more than 40.");
        Link("up", ".");
        Refused("up", "expected a file to write, found a folder.");
        if (OperatingSystem.IsLinux())
        {
            Link("device", "/dev/null");
            Refused("device", "expected a file to write, found a pipe or a device, in whose place a file would be put. Write to a file, and copy that.");
        }

        void Refused(string name, string message)
        {
            var write = () => AtomicFile.Write(folder.File(name), stream => stream.WriteByte(1));
            write.Should().Throw<IOException>().WithMessage($"{folder.File(name)}: {message}");
        }
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(folder.File(name), target);
}
