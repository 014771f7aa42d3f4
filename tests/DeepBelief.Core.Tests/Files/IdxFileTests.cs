using System.IO.Compression;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

/// <summary>IDX files, in which MNIST comes.</summary>
public sealed class IdxFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_and_labels_are_read_plain_and_compressed(bool compressed)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var images = folder.Write("images", Packed([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 102, 0, 204], compressed));
        var labels = folder.Write("labels", Packed([0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9], compressed));
        var pixels = IdxFile.LoadImages(images);
        pixels.shape.Should().Equal(2, 3);
        pixels.ShouldBeNear([0, 0.2, 1, 0.4, 0, 0.8], 1e-7);
        IdxFile.LoadLabels(labels).data<long>().ToArray().Should().Equal(7, 0, 9);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 0, 255 }, ScalarType.Byte, new[] { 0.0, 255 })]
    [InlineData(new byte[] { 0, 0, 9, 1, 0, 0, 0, 2, 1, 255 }, ScalarType.Int8, new[] { 1.0, -1 })]
    [InlineData(new byte[] { 0, 0, 11, 1, 0, 0, 0, 2, 1, 2, 255, 254 }, ScalarType.Int16, new[] { 258.0, -2 })]
    [InlineData(new byte[] { 0, 0, 12, 1, 0, 0, 0, 2, 0, 1, 0, 0, 255, 255, 255, 254 }, ScalarType.Int32, new[] { 65536.0, -2 })]
    [InlineData(new byte[] { 0, 0, 13, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0 }, ScalarType.Float32, new[] { 1, -2.5 })]
    [InlineData(new byte[] { 0, 0, 14, 1, 0, 0, 0, 1, 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18 }, ScalarType.Float64, new[] { Math.PI })]
    public void Elements_of_every_type_are_read_from_their_bytes_and_written_to_the_same(byte[] file, ScalarType type, double[] values)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var compressed in new[] { false, true })
        {
            var read = IdxFile.Load(new MemoryStream(Packed(file, compressed)));
            read.dtype.Should().Be(type);
            read.shape.Should().HaveCount(file[3]);
            read.to(ScalarType.Float64).reshape(-1).ShouldBeNear(values, 0);
            using var written = new MemoryStream();
            IdxFile.Save(written, read);
            written.ToArray().Should().Equal(file);
        }
    }

    [Fact]
    public void What_is_written_is_in_order_whatever_the_strides_and_the_tensor_stays_as_it_was()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var matrix = torch.tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6.5f } });
        foreach (var tensor in new[] { matrix, matrix.t(), matrix.narrow(0, 0, 0), matrix.to(ScalarType.Int16) })
        {
            IdxFile.Save(folder.File("a"), tensor);
            Near.SameBits(IdxFile.Load(folder.File("a")), tensor).Should().BeTrue();
        }

        matrix.ShouldBeNear([1, 2, 3, 4, 5, 6.5], 0);
    }

    [Fact]
    public void What_the_format_has_no_type_for_is_not_written_and_the_old_file_stays()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        IdxFile.Save(folder.File("a"), torch.ones(2));
        var before = File.ReadAllBytes(folder.File("a"));
        foreach (var tensor in new[] { torch.ones(2, ScalarType.Int64), torch.ones(2).to_sparse(), torch.tensor(1f), torch.ones(2).bfloat16() })
        {
            var save = () => IdxFile.Save(folder.File("a"), tensor);
            save.Should().Throw<ArgumentException>().WithMessage("Expected*found*");
        }

        File.ReadAllBytes(folder.File("a")).Should().Equal(before);
        folder.Files.Should().Equal("a");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_short_anywhere_is_refused(bool compressed)
    {
        using var folder = new TemporaryFolder();
        var whole = Packed([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6], compressed);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = folder.Write("cut", whole[..length]);
            var read = () => IdxFile.LoadImages(path);
            read.Should().Throw<DataFormatException>($"only {length} bytes are there").WithMessage($"{path}: *xpected*found*");
        }
    }

    [Fact]
    public void Damage_to_a_compressed_file_is_found_or_makes_no_difference()
    {
        using var scope = torch.NewDisposeScope();
        var refused = 0;
        var whole = Packed([0, 0, 8, 1, 0, 0, 0, 40, .. Enumerable.Range(0, 40).Select(i => (byte)(i * 37))], compress: true);
        for (var at = 10; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            try
            {
                // Bits that fill up the last byte mean nothing.
                IdxFile.Load(new MemoryStream(damaged)).bytes.ToArray().Should().Equal(Enumerable.Range(0, 40).Select(i => (byte)(i * 37)));
            }
            catch (DataFormatException)
            {
                refused++;
            }
        }

        refused.Should().BeGreaterThanOrEqualTo(whole.Length - 11);
    }

    [Theory]
    [InlineData(new byte[] { }, "*begins with 00 00*found no bytes.")]
    [InlineData(new byte[] { 1, 2, 3, 4, 5 }, "*begins with 00 00*found 01020304.")]
    [InlineData(new byte[] { 0, 0, 10, 1, 0, 0, 0, 1, 5 }, "*a type (08, 09 or 0B to 0E)*found 00000A01.")]
    [InlineData(new byte[] { 0, 0, 8, 0, 5 }, "*1 to 64 dimensions, found 00000800.")]
    [InlineData(new byte[] { 0, 0, 8, 65, 5 }, "*1 to 64 dimensions, found 00000841.")]
    [InlineData(new byte[] { 0, 0, 8, 2, 0, 0, 0, 1 }, "Array: expected 2 sizes of dimensions, found 1.")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 5 }, "Array: expected 2 bytes for Byte [2], found 1.")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 0, 5 }, "Array: expected 0 bytes for Byte [0], found 1.")]
    [InlineData(new byte[] { 0, 0, 14, 1, 255, 255, 255, 255, 5 }, "Array: expected 34359738360 bytes for Float64 [4294967295], found 1.")]
    [InlineData(new byte[] { 0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 5 }, "*63 bits*")]
    public void Headers_that_lie_or_say_nothing_are_refused(byte[] file, string message)
    {
        Refused(file, message);
        Refused(Packed(file, compress: true), "*xpected*found*");
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 5 }, "*images, which have 3 dimensions, found 1.")]
    [InlineData(new byte[] { 0, 0, 9, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5 }, "*images of Byte, found Int8.")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1 }, "*at least one value, found a shape of [0, 1, 1].")]
    public void What_are_no_images_is_refused(byte[] file, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("other", file);
        var read = () => IdxFile.LoadImages(path);
        read.Should().Throw<DataFormatException>().WithMessage(message).WithMessage($"{path}: *");
    }

    [Fact]
    public void A_small_file_that_becomes_large_is_refused_before_it_does()
    {
        var lie = Packed([0, 0, 8, 1, 0, 255, 255, 255, 0, 0], compress: true);
        var bomb = Packed([0, 0, 8, 1, 3, 0, 0, 0, .. new byte[3 << 24]], compress: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(lie, "Array: expected at most * bytes in a compressed file of *, found a shape of [16777215].");
        Refused(bomb, "Array: expected at most * bytes in a compressed file of *, found a shape of [50331648].");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1_000_000);
    }

    private static void Refused(byte[] file, string message)
    {
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var load = () => IdxFile.Load(new MemoryStream(file));
        load.Should().Throw<DataFormatException>().WithMessage(message);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive);
    }

    private static byte[] Packed(byte[] bytes, bool compress)
    {
        if (!compress)
            return bytes;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
