using DeepBelief.Files;
using DeepBelief.Tests.Support;
using static DeepBelief.Tests.Support.OldPtFiles;

namespace DeepBelief.Tests.Files;

/// <summary>Files of before PyTorch 1.6 that are as strange as they may be, and some made to do harm.</summary>
public sealed class OldPtFileTests
{
    // A list of one key.
    private const string Keys = "](U\u00010e.";

    [Fact]
    public void Python_2_wrote_texts_and_ordered_dictionaries_in_another_way()
    {
        using var scope = torch.NewDisposeScope();
        // Strings of bytes, and an OrderedDict made of a list of pairs; the state dict's attributes come after it.
        var pickle = $"ccollections\nOrderedDict\n](](U\u0006weight{Tensor("U\u00010", 4)}e](U\u0004biasU\u0002\u00c3\u00bcee\u0085R}}U\u0009_metadataNsb.";
        var read = (OrderedDictionary<object, object?>)Load(Stream(pickle, Keys, Storage(4, 0, 1, 2, 3)))!;
        ((Tensor)read["weight"]!).ShouldBeNear([0, 1, 2, 3], 0);
        read["bias"].Should().Be("ü");
    }

    [Fact]
    public void Parts_of_storages_are_read_from_where_they_begin()
    {
        using var scope = torch.NewDisposeScope();
        var part = Tensor("U\u00010", 4, size: 2, view: "(U\u00011K\u0001K\u0003t");
        var read = (object?[])Load(Stream($"({part}{Tensor("U\u00010", 4)}t.", Keys, Storage(4, 0, 1, 2, 3)))!;
        ((Tensor)read[0]!).ShouldBeNear([1, 2], 0);
        _ = ((Tensor)read[1]!).zero_();
        ((Tensor)read[0]!).ShouldBeNear([0, 0], 0);
        Refused(Stream($"{Tensor("U\u00010", 4, view: "(U\u00011K\u0001K\u0003t")}.", Keys, Storage(4, 0, 1, 2, 3)), "Pickles, byte *storage 0: expected at least 4 elements*found 3.");
        Refused(Stream($"{Tensor("U\u00010", 4, size: 2, view: "(U\u00011K\u0002K\u0003t")}.", Keys, Storage(4, 0, 1, 2, 3)), "*expected the name of a storage*");
    }

    [Fact]
    public void A_tensor_of_the_first_format_is_read_by_its_key()
    {
        using var scope = torch.NewDisposeScope();
        var storages = Storages("K\u0007", Storage(4, 0, 1, 2, 3), "]((K\u0008K\u0007K\u0001K\u0003te.");
        byte[] tensors = [.. Latin1("K\u0002."), .. TarTensor("(K\u0015K\u0007ctorch\nFloatTensor\nt.", [2, 2], [2, 1]), .. TarTensor("(K\u0016K\u0008ctorch\nFloatTensor\nt.", [2], [1], 1)];
        var read = (object?[])Load(Tar("(U\u000221QU\u000222Qt.", tensors, storages))!;
        ((Tensor)read[0]!).ShouldBeNear(torch.tensor(new double[,] { { 0, 1 }, { 2, 3 } }), 0);
        ((Tensor)read[1]!).ShouldBeNear([2, 3], 0);
    }

    [Theory]
    [InlineData("\u0080\u0002M\u00ea\u0003.", "*expected the version 1001*")]
    [InlineData("\u0080\u0002N.", "*expected the version 1001*")]
    public void Another_version_is_refused(string version, string message)
        => Refused(Stream("N.", "].", version), message);

    [Fact]
    public void Storages_must_be_what_the_pickle_says_of_them()
    {
        var tensor = $"{Tensor("U\u00010", 4)}.";
        var storage = Storage(4, 0, 1, 2, 3);
        Refused(Stream(tensor, Keys, Storage(3, 0, 1, 2)), "Storage 0: expected 4 elements*found 3.");
        Refused(Stream(tensor, Keys, Storage(4, 0, 1, 2)), "Storage 0: expected 16 bytes, found 12; this is only a part of a file.");
        Refused(Stream(tensor, Keys), "Storage 0: expected its number of elements*found the end of the file.");
        Refused(Stream(tensor, "]."), "Storage 0: expected it in the file, found none.");
        Refused(Stream(tensor, "](U\u00010U\u00010e.", storage, storage), "Storage 0: expected it once, found it twice.");
        Refused(Stream("N.", Keys, storage), "Storage 0: expected it under a tensor of the file, found none.");
        Refused(Stream(tensor, "](K\u0000e.", storage), "*expected texts as the keys of storages, found 0*");
        Refused(Stream(tensor, "N.", storage), "*expected a list of the keys*");
        Refused(Stream(tensor, Keys, storage, [0]), "Expected the end of the file*found 1 more.");
        Refused(Stream($"({Tensor("U\u00010", 4)}{Tensor("U\u00010", 4, type: "IntStorage")}t.", Keys, storage), "Storage 0: expected 4 elements of type Float32, as before, found 4 of type Int32.");
        Refused(Stream($"{Tensor("U\u00010", 4, type: "BoolStorage")}.", Keys, [4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 1]), "Storage 0: expected booleans of 0 or 1, found 2.");
    }

    [Fact]
    public void Storages_of_more_bytes_than_the_file_has_are_refused_before_they_are_made()
    {
        var huge = new string('\u00ff', 3) + "\u007f";
        Refused(Stream($"{Tensor("U\u00010", $"J{huge}", size: 2)}.", Keys, Storage(4, 0, 1, 2, 3)), "Storage 0: expected at most * bytes, which the file has for it, found 2147483647 elements*");
        // Each would fit by itself.
        var many = string.Concat(Enumerable.Range(0, 100).Select(i => Tensor($"U\u0001{(char)i}", 64, size: 2)));
        Refused(Stream($"({many}t.", Keys, Storage(64, new float[64])), "Storage *: expected at most * bytes, which the file has for it*");
        Refused(Tar("N.", Latin1("K\0."), [.. Storages("K\u0007", Storage(1L << 40, 0), "].")]), "Storage 7: expected at most * bytes*found 1099511627776*");
    }

    [Fact]
    public void What_a_tar_archive_lacks_is_named()
    {
        var storages = Storages("K\u0007", Storage(2, 0, 1), "].");
        byte[] one = [.. Latin1("K\u0001."), .. TarTensor("(K\u0015K\u0007Nt.", [2], [1])];
        Load(Tar("N.", one, storages)).Should().BeNull();
        Refused(Tar("U\u000221Q0U\u000299Q.", one, storages), "Entry pickle: expected the key of a tensor, found '99'.");
        Refused(Tar("N.", [.. Latin1("K\u0001."), .. TarTensor("(K\u0015K\u0009Nt.", [2], [1])], storages), "Entry tensors: expected the key of a tensor and that of its storage*");
        Refused(Tar("N.", [.. Latin1("K\u0001."), .. TarTensor("(K\u0015K\u0007Nt.", [3], [1])], storages), "Entry tensors*storage 7: expected at least 3 elements*found 2.");
        Refused(Tar("N.", Latin1("K\u0001."), storages), "Entry tensors*found 0*");
        Refused(Tar("N.", [.. Latin1("K\u0001.(K\u0015K\u0007Nt."), 255, 255, 255, 255, 0, 0, 0, 0], storages), "Entry tensors*expected -1 more bytes*");
        Refused(Tar("N.", [.. Latin1("K\u0001.(K\u0015K\u0007Nt."), 0, 0, 0, 64, 0, 0, 0, 0], storages), "Entry tensors*expected 8589934592 more bytes*");
        Refused(Tar("N.", one, Storages("K\u0007", Storage(2, 0, 1), "]((K\u0008K\u0007K\u0001K\u0002te.")), "Entry storages: expected parts of storages*");
        Refused(Tar("N.", one, Storages("N", Storage(2, 0, 1), "].")), "Entry storages: expected the key, the place and the type*");
        Refused(Tar("N.", one, Latin1("N.")), "Entry storages: expected the number of storages*");
        Refused(Tar("N.", Latin1("N."), storages), "Entry tensors: expected the number of tensors*");
    }

    [Fact]
    public void A_damaged_tar_archive_is_refused()
    {
        var whole = Tar("N.", Latin1("K\0."), Storages("K\u0007", Storage(2, 0, 1), "]."));
        for (var length = 512; length < whole.Length - 1024; length += 256)
            Refused(whole[..length], "*only a part of an archive*");
        var header = whole.AsSpan().IndexOf("storages"u8);
        foreach (var (at, value) in new[] { (header, 'S'), (header + 124, '7'), (header + 130, 'x'), (header + 257, 'U') })
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] = (byte)value;
            Refused(damaged, "Tar archive: expected a header at byte *found something else.");
        }
    }

    [Theory]
    [InlineData("stream.pt")]
    [InlineData("tar.pt")]
    [InlineData("stream-numpy.pt")]
    public void A_file_cut_short_anywhere_is_refused(string name)
    {
        using var folder = new TemporaryFolder();
        var whole = Fixtures.Bytes(name);
        // The last kilobytes of a tar archive are zeros that no one needs.
        var end = name == "tar.pt" ? whole.AsSpan().LastIndexOfAnyExcept((byte)0) : whole.Length;
        for (var length = 0; length < end; length += name == "tar.pt" ? 37 : 1)
        {
            var path = folder.Write("cut.pt", whole[..length]);
            var load = () => PtFile.Load(path);
            load.Should().Throw<DataFormatException>($"only {length} bytes are there").WithMessage($"{path}: *xpected*found*");
        }
    }

    [Fact]
    public void A_memo_beyond_what_was_read_costs_nothing()
    {
        // Each of very many pickles asks for as large a memo as there could be.
        var tensors = string.Concat(Enumerable.Repeat("(Nr\u0000\u0000\u0010\u0000Nt.", 100_000));
        var file = Tar("N.", Latin1("K\u0001." + tensors), Storages("K\u0007", Storage(2, 0, 1), "]."));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(file, "Entry tensors*expected a memo below*found 1048576.");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(10 * file.Length);
    }

    private static byte[] Storages(string key, byte[] storage, string views)
        => [.. Latin1($"K\u0001.({key}U\u0003cpuctorch\nFloatStorage\nt."), .. storage, .. Latin1(views)];

    private static string Tensor(string key, int count, int size = -1, string view = "N", string type = "FloatStorage")
        => Tensor(key, $"K{(char)count}", size < 0 ? count : size, view, type);

    private static string Tensor(string key, string count, int size, string view = "N", string type = "FloatStorage")
        => $"ctorch._utils\n_rebuild_tensor_v2\n((U\u0007storagectorch\n{type}\n{key}U\u0003cpu{count}{view}tQK\0K{(char)size}\u0085K\u0001\u0085\u0089NtR";

    private static object? Load(byte[] file) => PtFile.Load(new MemoryStream(file));

    private static void Refused(byte[] file, string message)
    {
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var load = () => Load(file);
        load.Should().Throw<DataFormatException>().WithMessage(message);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive);
    }
}
