using DeepBelief.Files;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

public sealed class PtFileTests
{
    [Fact]
    public void A_folder_in_the_place_of_a_file_is_an_error_of_the_file_system_like_any_other()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.pt");
        Directory.CreateDirectory(path);

        var load = () => PtFile.Load(path);
        var save = () => PtFile.Save(path, 1);
        var read = () => IdxFile.LoadLabels(path);

        load.Should().Throw<IOException>();
        save.Should().Throw<IOException>();
        read.Should().Throw<IOException>();
        Directory.GetFileSystemEntries(folder.Path).Should().Equal(path);
    }

    [Fact]
    public void Plain_values_come_back_as_they_were()
    {
        var value = new OrderedDictionary<string, object?>
        {
            ["text"] = "Grüße",
            ["int"] = 7,
            ["long"] = 1L << 40,
            ["negative"] = -5_000_000_000L,
            ["double"] = Math.PI,
            ["yes"] = true,
            ["no"] = false,
            ["nothing"] = null,
            ["list"] = new List<object?> { 1L, "two", new object?[] { 3.5, null } },
        };
        using var stream = new MemoryStream();
        PtFile.Save(stream, value);
        var read = (OrderedDictionary<object, object?>)PtFile.Load(stream)!;

        read.Keys.Should().Equal(value.Keys);
        read.Should().Contain(
            new("text", "Grüße"), new("int", 7L), new("long", 1L << 40), new("negative", -5_000_000_000L),
            new("double", Math.PI), new("yes", true), new("no", false), new("nothing", null));
        var list = (List<object?>)read["list"]!;
        list[..2].Should().Equal(1L, "two");
        ((object?[])list[2]!).Should().Equal(3.5, null);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Tensors_of_every_type_come_back_bit_for_bit(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.tensor(new double[,] { { 0, 1, 2 }, { 3, 100, 7.5 } }).to(type);
        var read = (Tensor)RoundTrip(tensor)!;
        read.dtype.Should().Be(type);
        Near.SameBits(read, tensor).Should().BeTrue();
    }

    [Fact]
    public void Views_scalars_and_empty_tensors_come_back()
    {
        using var scope = torch.NewDisposeScope();
        var matrix = torch.arange(12, ScalarType.Float32).reshape(3, 4);
        Tensor[] tensors = [matrix.t(), matrix.select(1, 2), matrix[1, 2], torch.zeros(0, 3)];
        var read = ((List<object?>)RoundTrip(tensors.ToList())!).Cast<Tensor>().ToArray();
        read.Zip(tensors).Should().OnlyContain(pair => Near.SameBits(pair.First, pair.Second));
    }

    [Fact]
    public void Only_arrays_of_objects_are_tuples()
    {
        using var scope = torch.NewDisposeScope();
        var read = (object?[])RoundTrip(new object?[] { new[] { "a", "b" }, new[] { 1L, 2L }, new[] { torch.ones(1) } })!;
        ((List<object?>)read[0]!).Should().Equal("a", "b");
        ((List<object?>)read[1]!).Should().Equal(1L, 2L);
        read[2].Should().BeOfType<List<object?>>();
    }

    [Fact]
    public void What_could_not_be_read_as_a_key_is_not_written()
    {
        using var tensor = torch.ones(1);
        foreach (var key in new object[] { tensor, new object?[] { 1L } })
        {
            var save = () => PtFile.Save(Stream.Null, new Dictionary<object, object?> { [key] = 1L });
            save.Should().Throw<ArgumentException>().WithMessage("*strings, numbers and bool as keys*");
        }
    }

    [Fact]
    public void What_is_no_plain_value_is_refused_and_the_old_file_stays()
    {
        using var folder = new TemporaryFolder();
        PtFile.Save(folder.File("a.pt"), "old");
        var save = () => PtFile.Save(folder.File("a.pt"), new Dictionary<string, object?> { ["x"] = new Uri("http://localhost") });
        save.Should().Throw<ArgumentException>().WithMessage("*Uri*");
        PtFile.Load(folder.File("a.pt")).Should().Be("old");
        Directory.GetFiles(folder.Path).Should().HaveCount(1);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var stream = new MemoryStream();
        PtFile.Save(stream, new Dictionary<string, object?> { ["x"] = torch.ones(3), ["y"] = "z" });
        var whole = stream.ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            using var cut = new MemoryStream(whole[..length]);
            var load = () => PtFile.Load(cut);
            load.Should().Throw<DataFormatException>($"only {length} bytes are there");
        }
    }

    [Theory]
    [InlineData("this is no zip archive", "*zip archive*")]
    [InlineData("", "*zip archive*")]
    public void Foreign_files_are_refused_with_their_path(string content, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("foreign.pt", System.Text.Encoding.UTF8.GetBytes(content));
        var load = () => PtFile.Load(path);
        load.Should().Throw<DataFormatException>().WithMessage(path + message);
    }

    [Fact]
    public void A_pickle_that_names_code_is_refused_and_nothing_runs()
    {
        // What Python would run as os.system('...'): GLOBAL posix system, its argument, REDUCE.
        var load = () => PtFile.Load(Archive("cposix\nsystem\n(X\u0004\0\0\0echotR."));
        load.Should().Throw<DataFormatException>().WithMessage("*posix.system*not read*");
    }

    [Theory]
    [InlineData("]q\u0000")] // no end
    [InlineData("a.")] // an item for no list
    [InlineData("h\u0007.")] // a memo that was never made
    [InlineData("X\u00ff\u00ff\u00ff\u007fabc.")] // a text longer than the file
    [InlineData("(1t.")] // an instruction of another protocol
    [InlineData("NN.")] // two values
    [InlineData("}]Ns.")] // a list as a key
    [InlineData("}(X\u0001\0\0\0au.")] // a key without a value
    [InlineData("u.")] // no mark
    [InlineData("\u0080\u0009N.")] // a protocol of the future
    public void Damaged_pickles_are_refused(string pickle)
    {
        var load = () => PtFile.Load(Archive(pickle));
        load.Should().Throw<DataFormatException>().WithMessage("*data.pkl*expected*");
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void What_PyTorch_wrote_is_read_bit_for_bit()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        _ = Python.Run(
            """
            base = torch.arange(12.).reshape(3, 4)
            net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Sigmoid())
            with torch.no_grad():
                for p in net.parameters(): p.copy_(torch.arange(p.numel()).reshape(p.shape))
            torch.save({'view': base.t()[1:], 'base': base, 'half': torch.tensor([1.5, -2], dtype=torch.float16),
                        'flag': torch.tensor([True, False]), 'scalar': torch.tensor(3), 'parameter': torch.nn.Parameter(torch.ones(2)),
                        'net': net.state_dict(), 'numbers': [1, -1, 300, 70000, 2**40, 0.5], 'tuple': (1, 'two'), 'big': {'a': None}}, sys.argv[1])
            """,
            folder.File("python.pt"));

        var read = (OrderedDictionary<object, object?>)PtFile.Load(folder.File("python.pt"))!;
        ((Tensor)read["view"]!).ShouldBeNear(torch.arange(12, ScalarType.Float64).reshape(3, 4).t().narrow(0, 1, 3), 0);
        ((Tensor)read["half"]!).ShouldBeNear([1.5, -2], 0);
        ((Tensor)read["flag"]!).ShouldBeNear([1, 0], 0);
        ((Tensor)read["scalar"]!).item<long>().Should().Be(3);
        ((Tensor)read["parameter"]!).ShouldBeNear([1, 1], 0);
        var net = (OrderedDictionary<object, object?>)read["net"]!;
        ((Tensor)net["0.weight"]!).ShouldBeNear([0, 1, 2, 3, 4, 5], 0);
        ((List<object?>)read["numbers"]!).Should().Equal(1L, -1L, 300L, 70000L, 1L << 40, 0.5);
        ((object?[])read["tuple"]!).Should().Equal(1L, "two");

        // Two tensors over one storage share it.
        _ = ((Tensor)read["base"]!).zero_();
        Enumeration.Read((Tensor)read["view"]!).Should().OnlyContain(x => x == 0);
    }

    private static object? RoundTrip(object? value)
    {
        using var stream = new MemoryStream();
        PtFile.Save(stream, value);
        return PtFile.Load(stream);
    }

    private static MemoryStream Archive(string pickle)
    {
        var stream = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("x/data.pkl", System.IO.Compression.CompressionLevel.NoCompression).Open();
            entry.Write(System.Text.Encoding.Latin1.GetBytes(pickle));
        }

        return stream;
    }
}
