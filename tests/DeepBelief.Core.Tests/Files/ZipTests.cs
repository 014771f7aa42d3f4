using DeepBelief.Files;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

public sealed class ZipTests
{
    [Fact]
    public void The_bytes_of_entries_begin_at_multiples_of_64()
    {
        using var scope = torch.NewDisposeScope();
        var file = Saved(new Dictionary<string, object?> { ["a"] = torch.ones(3), ["b"] = torch.ones(5), ["c"] = torch.ones(17) * 2 });
        var headers = Enumerable.Range(0, file.Length - 4).Where(i => file.AsSpan(i).StartsWith("PK\u0003\u0004"u8)).ToList();
        headers.Should().HaveCount(6);
        headers.Select(at => at + 30 + Field(at + 26) + Field(at + 28)).Should().OnlyContain(data => data % 64 == 0);

        int Field(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));
    }

    [Fact]
    public void Other_readers_of_zip_read_what_is_written()
    {
        using var scope = torch.NewDisposeScope();
        using var archive = new ZipArchive(new MemoryStream(Saved(torch.tensor(new byte[] { 1, 2, 3 }))));
        archive.Entries.Select(e => e.FullName).Should().Equal("archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/version");
        using var data = new MemoryStream();
        using (var entry = archive.GetEntry("archive/data/0")!.Open())
            entry.CopyTo(data);
        data.ToArray().Should().Equal(1, 2, 3);
        archive.GetEntry("archive/data/0")!.Crc32.Should().Be(0x55BC801D, "that is the CRC-32 of 1, 2, 3");
    }

    [Fact]
    public void Equal_values_give_equal_files()
    {
        using var scope = torch.NewDisposeScope();
        Saved(torch.ones(3)).Should().Equal(Saved(torch.ones(3)));
    }

    // As beyond 4 GiB, but the limit is lowered instead.
    [Fact]
    public void Places_and_lengths_of_64_bits_are_written_and_read()
    {
        using var stream = new MemoryStream();
        var writer = new ZipWriter(stream, large: 20);
        writer.Write("a", "less than 20 bytes"u8);
        writer.Write("b", "considerably more than 20 bytes"u8);
        writer.Finish();

        var reader = new ZipReader(stream);
        reader.Entries.Select(e => e.Name).Should().Equal("a", "b");
        Encoding.ASCII.GetString(reader.ReadAll(reader.Find("b")!, 100)).Should().Be("considerably more than 20 bytes");
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        using var text = new StreamReader(archive.GetEntry("b")!.Open());
        text.ReadToEnd().Should().Be("considerably more than 20 bytes");
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Python_reads_places_and_lengths_of_64_bits()
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder.File("large.zip")))
        {
            var writer = new ZipWriter(stream, large: 20);
            writer.Write("a", "less than 20 bytes"u8);
            writer.Write("b", "considerably more than 20 bytes"u8);
            writer.Finish();
        }

        Python.Run("import zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.read('b'))", folder.File("large.zip"))
            .Should().Be("None b'considerably more than 20 bytes'");
    }

    [Fact]
    public void Damage_to_any_byte_of_a_tensor_is_found()
    {
        using var scope = torch.NewDisposeScope();
        var file = Saved(torch.tensor(new byte[] { 11, 12, 13, 14, 15, 16, 17, 18 }));
        var data = file.AsSpan().IndexOf(new byte[] { 11, 12, 13, 14 });
        for (var i = 0; i < 8; i++)
        {
            var damaged = (byte[])file.Clone();
            damaged[data + i] ^= 1;
            Refused(damaged, "Entry archive/data/0: expected checksum * found *damaged.");
        }
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_goes_off()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("x/data.pkl", CompressionLevel.SmallestSize).Open();
            entry.Write(new byte[100_000_000]);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(stream.ToArray(), "Entry x/data.pkl: expected it stored without compression, found it compressed.");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(5_000_000);
    }

    [Fact]
    public void Entries_that_share_bytes_are_refused()
    {
        // Both entries of the directory lead to the first one's bytes: the file could give more than it has, many times over.
        var file = Zip(("x/data.pkl", "N."u8.ToArray()), ("x/data/0", new byte[100]));
        var second = file.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        file.AsSpan(second + 42, 4).Clear();
        Refused(file, "*x/data.pkl*of its own*");
    }

    [Fact]
    public void An_entry_there_twice_is_refused()
        => Refused(Zip(("x/data.pkl", "N."u8.ToArray()), ("x/data.pkl", "K\u0001."u8.ToArray())), "Entry x/data.pkl: expected once*twice.");

    [Fact]
    public void Two_pickles_are_refused()
        => Refused(Zip(("x/data.pkl", "N."u8.ToArray()), ("y/data.pkl", "N."u8.ToArray())), "*one entry data.pkl*found 2*");

    [Theory]
    [InlineData("../../")]
    [InlineData("/etc/")]
    [InlineData("..\\/")]
    [InlineData("")]
    public void Paths_in_an_archive_mean_nothing(string root)
        => PtFile.Load(new MemoryStream(Zip(($"{root}data.pkl", "X\u0002\0\0\0hi."u8.ToArray())))).Should().Be("hi");

    [Fact]
    public void An_encrypted_entry_is_refused()
    {
        var file = Zip(("x/data.pkl", "N."u8.ToArray()));
        file[file.AsSpan().IndexOf("PK\u0001\u0002"u8) + 8] |= 1;
        Refused(file, "Entry x/data.pkl: *encrypted.");
    }

    [Fact]
    public void A_directory_that_says_other_than_the_entry_is_refused()
    {
        var file = Zip(("x/data.pkl", "N."u8.ToArray()));
        file[file.AsSpan().LastIndexOf("x/data.pkl"u8)] = (byte)'y';
        Refused(file, "Entry y/data.pkl: expected its name*another.");
    }

    private static void Refused(byte[] file, string message)
    {
        var load = () => PtFile.Load(new MemoryStream(file));
        load.Should().Throw<DataFormatException>().WithMessage(message);
    }

    private static byte[] Saved(object value)
    {
        using var stream = new MemoryStream();
        PtFile.Save(stream, value);
        return stream.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
