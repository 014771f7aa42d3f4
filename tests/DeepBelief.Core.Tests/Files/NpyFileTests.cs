using System.IO.Compression;
using System.Text;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

/// <summary>NumPy's files of arrays; <see cref="PythonFilesTests"/> has those that NumPy wrote.</summary>
public sealed class NpyFileTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Tensors_of_every_type_come_back_bit_for_bit(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var matrix = torch.tensor(new double[,] { { 0, 1, 2 }, { 3, 100, 7.5 } }).to(type);
        Tensor[] tensors = [matrix, matrix.t(), matrix.select(1, 2), matrix[1, 2], matrix.narrow(0, 0, 0)];
        NpzFile.Save(folder.File("all.npz"), tensors.Index().ToDictionary(tensor => $"{tensor.Index}/{type}", tensor => tensor.Item));
        using var content = NpzFile.Load(folder.File("all.npz"));
        foreach (var (index, tensor) in tensors.Index())
        {
            NpyFile.Save(folder.File("one.npy"), tensor);
            foreach (var read in new[] { NpyFile.Load(folder.File("one.npy")), content.Tensors[$"{index}/{type}"] })
            {
                read.dtype.Should().Be(type);
                Near.SameBits(read, tensor).Should().BeTrue($"{index}");
            }
        }
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void NumPy_reads_what_is_written()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var matrix = torch.arange(6, ScalarType.Float32).reshape(2, 3);
        NpyFile.Save(folder.File("a.npy"), matrix.t());
        NpzFile.Save(folder.File("a.npz"), new Dictionary<string, Tensor> { ["layer.weight"] = matrix, ["count"] = torch.tensor(7L), ["mask"] = matrix.gt(2), ["half"] = matrix[1].half() });
        Python.Run(
            """
            import numpy
            a = numpy.load(sys.argv[1] + '/a.npy')
            print(a.tolist(), a.dtype)
            with numpy.load(sys.argv[1] + '/a.npz') as content:
                print(sorted(content), content['layer.weight'].tolist(), content['count'], content['count'].dtype, content['mask'].tolist(), content['half'].dtype)
            # Elements are where NumPy maps them into memory.
            print(numpy.load(sys.argv[1] + '/a.npy', mmap_mode='r')[2, 1])
            """,
            folder.Path).Split('\n').Should().Equal(
                "[[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]] float32",
                "['count', 'half', 'layer.weight', 'mask'] [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]] 7 int64 [[False, False, False], [True, True, True]] float16",
                "5.0");
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }")]
    [InlineData("{'shape':(2,),'fortran_order':False,'descr':'<f4'}")]
    [InlineData("{\"descr\": \"<f4\", 'fortran_order': True, 'shape': (2L,)}   \n")]
    [InlineData("{'descr': '=f4', 'fortran_order': False, 'shape': (1, 2)}")]
    public void Headers_may_be_written_in_several_ways(string header)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var version in new byte[] { 1, 2, 3 })
            Load(File(header, Floats, version)).flatten().ShouldBeNear([1, 2], 0);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "Array: expected 12 bytes for Float32 [3], found 8.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "*expected 4 bytes*found 8.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", "*expected 0 bytes*found 8.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904), }", "*63 bits*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 0, 4611686018427387904), }", "*63 bits*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "*expected a shape of integers from 0 to 2^63 - 1, found 99999999999999999999.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "*expected a shape of integers from 0 to 2^63 - 1, found -2.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 2}", "*expected a dictionary of descr, fortran_order and shape, found '{'descr': '<f4'*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': ((2,), (1,))}", "*expected a dictionary*")]
    [InlineData("{'descr': '<f4', 'fortran_order': None, 'shape': (2,)}", "*expected a dictionary*")]
    [InlineData("{'descr': , 'fortran_order': False, 'shape': (2,)}", "*expected a dictionary*")]
    [InlineData("{'descr: '<f4', 'fortran_order': False, 'shape': (2,)}", "*expected a dictionary*")]
    [InlineData("{'descr': '<f4' 'fortran_order': False 'shape': (2,)}", "*expected a dictionary*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 'x'}", "*expected a dictionary*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", "*expected a dictionary*")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "*expected a dictionary*")]
    [InlineData("{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (2,), }", "*expected a dictionary*")]
    [InlineData("", "*expected a dictionary*")]
    [InlineData("{'descr': '<f16', 'fortran_order': False, 'shape': (2,), }", "*<f16, floating-point numbers of another size.")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "*<c8, complex numbers.")]
    [InlineData("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,), }", "*<M8[s], dates or times.")]
    [InlineData("{'descr': '|V8', 'fortran_order': False, 'shape': (1,), }", "*|V8, records.")]
    [InlineData("{'descr': '|b1', 'fortran_order': False, 'shape': (8,), }", "Array: expected booleans of 0 or 1, found 128.")]
    public void Headers_that_lie_or_say_nothing_are_refused(string header, string message) => Refused(File(header, Floats), message);

    [Fact]
    public void Very_many_sizes_are_refused()
        => Refused(File($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1, ", 65))}), }}", Floats), "*at most 64 sizes*");

    [Fact]
    public void A_header_that_would_match_in_many_ways_is_read_in_no_time()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        foreach (var part in new[] { "'descr': '<f4', ", " ", "'shape': (1 ", "{", "(1L, " })
            Refused(File("{" + string.Concat(Enumerable.Repeat(part, 60_000 / part.Length)), Floats), "*expected*found*");
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var stream = new MemoryStream();
        NpyFile.Save(stream, torch.ones(3));
        for (var length = 0; length < stream.Length; length++)
            Refused(stream.ToArray()[..length], length < 6 ? "Expected the bytes of an .npy file, found*" : "Array: expected*found*");
        using var archive = new MemoryStream();
        NpzFile.Save(archive, new Dictionary<string, Tensor> { ["a"] = torch.ones(3), ["b"] = torch.ones(2) });
        for (var length = 0; length < archive.Length; length++)
        {
            var load = () => NpzFile.Load(new MemoryStream(archive.ToArray()[..length]));
            load.Should().Throw<DataFormatException>($"only {length} bytes are there").WithMessage("*xpected*found*");
        }
    }

    [Fact]
    public void Unsigned_integers_beyond_63_bits_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        const string Header = "{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }";
        Load(File(Header, [255, 255, 255, 255, 255, 255, 255, 127])).item<long>().Should().Be(long.MaxValue);
        Refused(File(Header, [0, 0, 0, 0, 0, 0, 0, 128]), "Array: expected integers of at most 63 bits, found one of 64.");
    }

    [Fact]
    public void What_NumPy_has_no_type_for_is_not_written_and_the_old_file_stays()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        NpyFile.Save(folder.File("a"), torch.ones(2));
        var before = System.IO.File.ReadAllBytes(folder.File("a"));
        foreach (var tensor in new[] { torch.ones(2).bfloat16(), torch.ones(2).to_sparse(), torch.ones(2, ScalarType.ComplexFloat32) })
        {
            foreach (var save in new Action[] { () => NpyFile.Save(folder.File("a"), tensor), () => NpzFile.Save(folder.File("a"), new Dictionary<string, Tensor> { ["a"] = torch.ones(1), ["b"] = tensor }) })
                save.Should().Throw<ArgumentException>().WithMessage("Expected*found*");
        }

        System.IO.File.ReadAllBytes(folder.File("a")).Should().Equal(before);
        folder.Files.Should().Equal("a");
    }

    [Fact]
    public void Damage_to_any_byte_of_a_compressed_array_is_found()
    {
        var whole = Zip(CompressionLevel.SmallestSize, ("a.npy", File("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", Floats)));
        var data = whole.AsSpan().IndexOf("a.npy"u8) + 5;
        for (var at = data; at < whole.AsSpan().IndexOf("PK\u0001\u0002"u8) - 16; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            RefusedArchive(damaged, "*a.npy: expected*found*");
        }
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_goes_off()
    {
        var bomb = new byte[100_000_000];
        File("{'descr': '|u1', 'fortran_order': False, 'shape': (99999872,), }", []).CopyTo(bomb, 0);
        var whole = Zip(CompressionLevel.SmallestSize, ("a.npy", bomb));
        var before = GC.GetAllocatedBytesForCurrentThread();
        RefusedArchive(whole, "Expected arrays of at most * bytes in an archive of *, found 100000000.");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(5_000_000);
    }

    [Fact]
    public void An_archive_that_says_more_than_it_gives_is_refused()
    {
        var array = File("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", Floats);
        var whole = Zip(CompressionLevel.SmallestSize, ("a.npy", array));
        // The size in the directory, which is what an array of (102,) has.
        BitConverter.GetBytes(array.Length + 400).CopyTo(whole, whole.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 24);
        RefusedArchive(whole, "Entry a.npy: expected 8 bytes for Float32 [2], found 408.");
        var longer = File("{'descr': '<f4', 'fortran_order': False, 'shape': (102,), }", Floats);
        whole = Zip(CompressionLevel.SmallestSize, ("a.npy", longer));
        BitConverter.GetBytes(longer.Length + 400).CopyTo(whole, whole.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 24);
        RefusedArchive(whole, "Entry a.npy: expected * bytes, found fewer, or damaged ones.");
    }

    [Fact]
    public void An_archive_of_other_things_is_refused_by_the_first_of_them()
        => RefusedArchive(Zip(CompressionLevel.NoCompression, ("a.npy", File("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", Floats)), ("b.txt", [1])), "Entry b.txt: expected arrays, named .npy, found another.");

    private static byte[] Floats => [0, 0, 128, 63, 0, 0, 0, 64];

    // A file as NumPy has it, of any header.
    private static byte[] File(string header, byte[] data, byte version = 1)
    {
        var text = Encoding.Latin1.GetBytes(header);
        byte[] length = version == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. data];
    }

    private static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static Tensor Load(byte[] file) => NpyFile.Load(new MemoryStream(file));

    private static void Refused(byte[] file, string message)
    {
        var load = () => Load(file);
        load.Should().Throw<DataFormatException>().WithMessage(message);
        // As a part of an archive, which is told by its name.
        RefusedArchive(Zip(CompressionLevel.NoCompression, ("a.npy", file)), "*a.npy: expected*found*");
    }

    private static void RefusedArchive(byte[] archive, string message)
    {
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var load = () => NpzFile.Load(new MemoryStream(archive));
        load.Should().Throw<DataFormatException>().WithMessage(message);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive);
    }
}
