using DeepBelief.Files;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

/// <summary>Pickles that were made to do harm, in archives that are sound.</summary>
public sealed class HostilePickleTests
{
    [Theory]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "list")]
    [InlineData("numpy", "load")]
    [InlineData("numpy.core.multiarray", "fromfile")]
    [InlineData("numpy._core.multiarray", "scalar.__class__")]
    [InlineData("torch", "FloatTensor")]
    [InlineData("argparse", "Namespace")]
    [InlineData("torch.nn.modules.linear", "Linear")]
    [InlineData("torch", "load")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("collections", "OrderedDict.__init__")]
    public void Names_that_are_not_on_the_list_are_refused(string module, string name)
    {
        Refused($"c{module}\n{name}\n)R.", $"*byte 0*{module}.{name}*not read*");
        Refused($"{Text(module)}{Text(name)}\u0093)R.", $"*{module}.{name}*not read*");
    }

    [Fact]
    public void Only_the_modules_of_a_classifier_are_read_where_modules_are()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "torch.nn.modules.conv\nConv2d", "torch.nn.modules.linear\nBilinear", "os\nsystem", "__main__\nNet" })
        {
            var path = folder.Write("net.pt", Archive($"c{name}\n)\u0081."));
            var load = () => Classifier.Load(path);
            load.Should().Throw<DataFormatException>().WithMessage($"{path}*{name.Replace('\n', '.')}*not read*");
        }
    }

    [Fact]
    public void A_module_with_a_weight_that_unfolds_to_terabytes_is_refused()
    {
        using var folder = new TemporaryFolder();
        // Of half precision, which is converted before it is copied.
        var weight = Tensor(8, 0, [1 << 20, 1 << 20], [0, 0], "HalfStorage");
        var path = folder.Write("net.pt", Archive($"ctorch.nn.modules.linear\nLinear\n)\u0081}}{Text("_parameters")}}}{Text("weight")}{weight}ssb."));
        var load = () => Classifier.Load(path);
        load.Should().Throw<DataFormatException>().WithMessage("*expand to 2199023255552*");
    }

    [Fact]
    public void Very_many_modules_or_layers_are_refused_before_they_are_made()
    {
        using var folder = new TemporaryFolder();
        // All are one; a few bytes name it again.
        var modules = new StringBuilder($"ctorch.nn.modules.linear\nIdentity\n)\u0081q\00ctorch.nn.modules.container\nSequential\n)\u0081}}{Text("_modules")}}}(");
        for (var i = 0; i < 10_001; i++)
            _ = modules.Append('M').Append((char)(i & 0xff)).Append((char)(i >> 8)).Append("h\0");
        var again = string.Concat(Enumerable.Repeat("h\0", 10_001));
        Refused(path => Classifier.Load(path), $"{modules}usb.", "*file: expected at most 10000 modules*");
        Refused(path => Dbn.Load(path), $"}}{Text("W")}Nsq\00]({again}e.", "*file: expected at most 10000 modules*found 10001.");
        Refused(
            path => Classifier.Load(path),
            $"}}({Text("format")}{Text("DeepBelief")}{Text("version")}K\u0001{Text("model")}{Text("classifier")}{Text("state_dict")}}}{Text("config")}}}{Text("modules")}]}}q\00({again}esu.",
            "*config/modules: expected at most 10000 modules*found 10001.");

        void Refused(Action<string> read, string pickle, string message)
        {
            var path = folder.Write("many.pt", Archive(pickle));
            read.Invoking(r => r(path)).Should().Throw<DataFormatException>().WithMessage(message);
        }
    }

    [Fact]
    public void A_name_as_long_as_the_file_is_not_repeated_for_each_module_below_it()
    {
        using var folder = new TemporaryFolder();
        const string Sequential = "ctorch.nn.modules.container\nSequential\n)\u0081}";
        var name = $"X\0\0\u0010\0{new string('n', 1 << 20)}";
        var below = string.Concat(Enumerable.Range(0, 5000).Select(i => $"M{(char)(i & 0xff)}{(char)(i >> 8)}h\0"));
        var path = folder.Write("net.pt", Archive($"ctorch.nn.modules.linear\nIdentity\n)\u0081q\00{Sequential}{Text("_modules")}}}{name}{Sequential}{Text("_modules")}}}({below}usbssb."));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var load = () => Classifier.Load(path);
        load.Should().Throw<DataFormatException>().WithMessage("*expected a linear module, found none.");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(200 * new FileInfo(path).Length);
    }

    [Fact]
    public void A_module_that_holds_itself_is_refused()
    {
        using var folder = new TemporaryFolder();
        // Sequential, whose _modules hold the Sequential.
        var path = folder.Write("net.pt", Archive($"ctorch.nn.modules.container\nSequential\n)\u0081q\0}}{Text("_modules")}}}{Text("0")}h\0ssb."));
        var load = () => Classifier.Load(path);
        load.Should().Throw<DataFormatException>().WithMessage("*holds itself*");
    }

    [Theory]
    [InlineData("]q\0h\0a.")]
    [InlineData("}q\0K\u0001h\0s.")]
    public void A_value_that_holds_itself_is_refused(string pickle)
        => Refused(pickle, "*holds itself*");

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_exhaust_the_stack()
    {
        Refused(new string(']', 500_000) + new string('a', 499_999) + ".", "*nested at most 100*");
        Refused("N" + new string('\u0085', 500_000) + ".", "*nested at most 100*");
        Refused(new string('(', 500_000) + new string('t', 500_000) + ".", "*nested at most 100*");
        PtFile.Load(new MemoryStream(Archive(new string(']', 100) + new string('a', 99) + "."))).Should().BeOfType<List<object?>>();
    }

    [Fact]
    public void Values_that_unfold_to_very_many_are_refused()
    {
        // Each list holds the one before twice: sixty of them would be 2^60 values.
        var pickle = new StringBuilder("]q\0");
        for (var i = 0; i < 60; i++)
            _ = pickle.Append("](h").Append((char)i).Append('h').Append((char)i).Append("eq").Append((char)(i + 1));
        // The lists below the last lie on the stack, too; one tuple takes them all.
        Refused("(" + pickle + "t.", "*shares parts so often*");
    }

    [Fact]
    public void Nested_values_are_not_written_either()
    {
        var list = new List<object?>();
        list.Add(list);
        var save = () => PtFile.Save(Stream.Null, list);
        save.Should().Throw<ArgumentException>().WithMessage("*holds itself*");
    }

    [Fact]
    public void Keys_made_to_collide_cost_no_more_than_others()
    {
        // The two halves of each are equal: .NET's own hash code of a long would be 0 for all.
        var pickle = new MemoryStream();
        pickle.Write("}("u8);
        for (var i = 0; i < 200_000; i++)
        {
            var key = new byte[11];
            (key[0], key[1], key[10]) = (0x8a, 8, (byte)'N');
            BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(2), i);
            BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(6), i);
            pickle.Write(key);
        }

        pickle.Write("u."u8);
        var clock = Stopwatch.StartNew();
        var read = (OrderedDictionary<object, object?>)PtFile.Load(new MemoryStream(Archive(pickle.ToArray())))!;
        read.Should().HaveCount(200_000);
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Memory_stays_near_the_length_of_the_pickle()
    {
        // An instruction a byte that asks for as much as possible each.
        foreach (var pickle in new[] { new string('}', 2_000_000), new string(')', 2_000_000), new string(']', 2_000_000), "r\u00ff\u00ff\u00ff\u00ff", "Nr\u00ff\u00ff\u00ff\u007f" })
        {
            var archive = Archive(pickle + ".");
            var before = GC.GetAllocatedBytesForCurrentThread();
            Refused(archive, "*data.pkl*expected*");
            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan((100 * archive.Length) + 200_000);
        }
    }

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 }, "*at least 5 elements*found 4*")]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 }, "*at least 5 elements*offset 1*found 4*")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 3, 1 }, "*at least 5 elements*")]
    [InlineData(4, -1, new long[] { 2 }, new long[] { 1 }, "*0 or more*offset -1*")]
    [InlineData(4, 0, new long[] { -2 }, new long[] { 1 }, "*0 or more*[-2]*")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 }, "*0 or more*[-1]*")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { 1, 1 }, "*as many sizes as strides*")]
    [InlineData(4, 0, new[] { 1L << 62, 1L << 62 }, new[] { 0L, 0L }, "*63 bits*")]
    [InlineData(4, 0, new[] { 1L << 62, 1L << 62, 0 }, new[] { 1L, 1L, 1L }, "*63 bits*")]
    [InlineData(4, 0, new[] { 3L }, new[] { long.MaxValue }, "*at least 18446744073709551615 elements*")]
    [InlineData(4, long.MaxValue, new[] { 2L }, new[] { long.MaxValue }, "*at least 18446744073709551615 elements*")]
    [InlineData(5, 0, new long[] { 2 }, new long[] { 1 }, "*data/0: expected 5 elements of 4 bytes, found 16 bytes.")]
    [InlineData(-1, 0, new long[] { 2 }, new long[] { 1 }, "*data/0: expected -1 elements*")]
    [InlineData(long.MaxValue, 0, new long[] { 2 }, new long[] { 1 }, "*data/0: expected 9223372036854775807 elements*")]
    public void Tensors_beyond_their_storage_are_refused(long count, long offset, long[] sizes, long[] strides, string message)
        => Refused(Tensor(count, offset, sizes, strides) + ".", message);

    [Fact]
    public void A_tensor_of_a_huge_shape_over_one_element_costs_nothing()
    {
        using var scope = torch.NewDisposeScope();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tensor = (Tensor)PtFile.Load(new MemoryStream(Archive(Tensor(4, 1, [1L << 31, 1L << 31], [0, 0]) + ".")))!;
        tensor.shape.Should().Equal(1L << 31, 1L << 31);
        tensor[1L << 30, 5].ToSingle().Should().Be(1);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1_000_000);
    }

    [Fact]
    public void Tensors_that_are_not_in_the_value_are_not_left_behind()
    {
        // Popped, overwritten, or in a pickle that is refused in the end.
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        PtFile.Load(new MemoryStream(Archive(Tensor(4, 0, [2], [1]) + "0N."))).Should().BeNull();
        var value = (OrderedDictionary<object, object?>)PtFile.Load(new MemoryStream(Archive($"}}K\u0001{Tensor(4, 0, [2], [1])}sK\u0001{Tensor(4, 0, [3], [1])}s.")))!;
        (DisposeScopeManager.Statistics.ThreadTotalLiveCount - before).Should().Be(1);
        ((Tensor)value[1L]!).Dispose();
        Refused(Tensor(4, 0, [2], [1]) + Tensor(4, 0, [2], [1]) + ".", "*one value*more*");
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void Too_many_dimensions_are_refused()
        => Refused(Tensor(4, 0, [.. Enumerable.Repeat(1L, 65)], [.. Enumerable.Repeat(1L, 65)]) + ".", "*at most 64 sizes*65*");

    [Fact]
    public void Very_many_tensors_over_one_storage_are_refused()
    {
        // The arguments of one tensor, called again and again: five bytes a tensor.
        var tensor = Tensor(4, 0, [2], [1]);
        var arguments = tensor[tensor.IndexOf('(', StringComparison.Ordinal)..^1];
        var pickle = new StringBuilder("(ctorch._utils\n_rebuild_tensor_v2\nq\0").Append(arguments).Append("q\u0001");
        for (var i = 0; i < 50_000; i++)
            _ = pickle.Append("h\0h\u0001R");
        var clock = Stopwatch.StartNew();
        Refused(pickle + "t.", "*at most * tensors*");
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Booleans_that_are_neither_0_nor_1_are_refused()
        => Refused(Tensor(16, 0, [2], [1], "BoolStorage") + ".", "*data/0: expected booleans of 0 or 1, found 128.");

    [Fact]
    public void A_storage_of_two_element_types_is_refused()
        => Refused($"({Tensor(4, 0, [2], [1])}{Tensor(4, 0, [2], [1], "IntStorage")}t.", "*Storage 0: expected 4 elements of type Float32, as before, found 4 of type Int32.");

    [Theory]
    [InlineData("ctorch\nFloatStorage\n.")]
    [InlineData("ccollections\nOrderedDict\n.")]
    [InlineData("](ctorch._utils\n_rebuild_tensor_v2\ne.")]
    public void Bare_names_are_no_values(string pickle) => Refused(pickle, "*bare name*");

    [Fact]
    public void A_pickle_cut_short_anywhere_is_refused()
    {
        using var archive = new ZipArchive(new MemoryStream(Fixtures.Bytes("classifier.pt")));
        using var entry = archive.Entries[0].Open();
        using var pickle = new MemoryStream();
        entry.CopyTo(pickle);
        using var folder = new TemporaryFolder();
        for (var length = 0; length < pickle.Length; length += 3)
        {
            var path = folder.Write("cut.pt", Archive(pickle.ToArray()[..length]));
            var load = () => Classifier.Load(path);
            load.Should().Throw<DataFormatException>();
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_machine_cut_short_anywhere_is_refused()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "rbm.pt", "values.safetensors" })
        {
            var whole = Fixtures.Bytes(name);
            for (var length = 0; length < whole.Length; length++)
            {
                var path = folder.Write("cut", whole[..length]);
                var load = () => Rbm.Load(path);
                load.Should().Throw<DataFormatException>().WithMessage(path + "*");
            }
        }
    }

    private static void Refused(string pickle, string message)
    {
        Refused(Archive(pickle), message);
        // In the older formats, too, whose messages have other names.
        var keys = $"]({Text("0")}e.";
        foreach (var file in new[] { OldPtFiles.Stream(pickle, keys, OldPtFiles.Storage(4, 0, 1, 2, 3)), OldPtFiles.Tar(pickle, "K\0."u8.ToArray(), "K\0.]."u8.ToArray()) })
            Refused(file, "*xpected*found*");
    }

    private static void Refused(byte[] archive, string message)
    {
        var load = () => PtFile.Load(new MemoryStream(archive));
        load.Should().Throw<DataFormatException>().WithMessage(message);
    }

    private static string Tensor(long count, long offset, long[] sizes, long[] strides, string storage = "FloatStorage")
        => "ctorch._utils\n_rebuild_tensor_v2\n("
            + $"({Text("storage")}ctorch\n{storage}\n{Text("0")}{Text("cpu")}{Integer(count)}tQ"
            + $"{Integer(offset)}({string.Concat(sizes.Select(Integer))}t({string.Concat(strides.Select(Integer))}t"
            + "\u0089NtR";

    private static string Integer(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return "\u008a\u0008" + Encoding.Latin1.GetString(bytes);
    }

    private static string Text(string text) => $"X{(char)text.Length}\0\0\0{text}";

    private static byte[] Archive(string pickle) => Archive(Encoding.Latin1.GetBytes(pickle));

    // With a storage of the floats 0, 1, 2, 3.
    private static byte[] Archive(byte[] pickle)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var entry = archive.CreateEntry("x/data.pkl", CompressionLevel.NoCompression).Open())
                entry.Write(pickle);
            using (var entry = archive.CreateEntry("x/data/0", CompressionLevel.NoCompression).Open())
            {
                foreach (var value in new[] { 0f, 1f, 2f, 3f })
                    entry.Write(BitConverter.GetBytes(value));
            }
        }

        return stream.ToArray();
    }
}
