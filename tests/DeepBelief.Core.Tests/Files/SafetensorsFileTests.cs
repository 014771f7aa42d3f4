using DeepBelief.Files;
using System.Buffers.Binary;
using System.Text;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

public sealed class SafetensorsFileTests
{
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
        using var read = RoundTrip(new() { ["a"] = tensor, ["t"] = tensor.t(), ["none"] = torch.zeros(new long[] { 0, 3 }, type), ["one"] = tensor[1, 1] });
        read.Tensors.Values.Should().OnlyContain(t => t.dtype == type);
        Near.SameBits(read.Tensors["a"], tensor).Should().BeTrue();
        Near.SameBits(read.Tensors["t"], tensor.t()).Should().BeTrue();
        read.Tensors["none"].shape.Should().Equal(0, 3);
        Near.SameBits(read.Tensors["one"], tensor[1, 1]).Should().BeTrue();
    }

    [Fact]
    public void Every_tensor_begins_at_a_multiple_of_its_element_size()
    {
        using var scope = torch.NewDisposeScope();
        using var stream = new MemoryStream();
        SafetensorsFile.Save(stream, new Dictionary<string, Tensor> { ["b"] = torch.ones(3, dtype: ScalarType.Byte), ["d"] = torch.ones(1, dtype: ScalarType.Float64) });
        var bytes = stream.ToArray();
        var header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        (header % 8).Should().Be(0);
        Encoding.UTF8.GetString(bytes, 8, (int)header).TrimEnd().Should().Be(
            """{"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""");
        bytes.Should().HaveCount(8 + (int)header + 11);
    }

    [Fact]
    public void Metadata_comes_back()
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Save(stream, new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["who"] = "Grüße \"1\"", ["b"] = "" });
        using var read = SafetensorsFile.Load(stream);
        read.Metadata.Should().Equal(new Dictionary<string, string> { ["who"] = "Grüße \"1\"", ["b"] = "" });
        read.Tensors.Should().BeEmpty();
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        var reserved = () => SafetensorsFile.Save(Stream.Null, new Dictionary<string, Tensor> { ["__metadata__"] = torch.ones(1) });
        reserved.Should().Throw<ArgumentException>().WithMessage("*__metadata__*");
        var complex = () => SafetensorsFile.Save(Stream.Null, new Dictionary<string, Tensor> { ["z"] = torch.ones(1, dtype: ScalarType.ComplexFloat64) });
        complex.Should().Throw<ArgumentException>().WithMessage("*ComplexFloat64*");
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "*8 bytes of tensors*found 7*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "*8 bytes of tensors*found 9*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "*a: expected 12 bytes*[3]*found 8*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "*a/data_offsets*begins and ends*[8, 0]*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 8, "*a/data_offsets*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "*b/data_offsets*begins at 4*found 0*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "*b/data_offsets*begins at 4*found 8*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "*duplicate*")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "*duplicate*")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", 8, "*a/dtype*F8_E4M3*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "*a/shape*0 or more*-2*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "*a/shape*2.5*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", 8, "*a/shape*63 bits*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}""", 0, "*a/shape*63 bits*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "*a/data_offsets*none*")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", 8, "*a: expected dtype*found x*")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "*__metadata__/a: expected a string*number*")]
    [InlineData("""{"__metadata__":[]}""", 0, "*__metadata__*list*")]
    [InlineData("""{"a\ud800":{}}""", 0, "*expected*")]
    [InlineData("[]", 0, "*JSON object*list*")]
    [InlineData("{", 0, "*JSON*")]
    [InlineData("", 0, "*JSON*")]
    public void Broken_headers_are_refused(string header, int bytes, string message)
    {
        var load = () => SafetensorsFile.Load(File(header, bytes));
        load.Should().Throw<DataFormatException>().WithMessage(message);
    }

    [Fact]
    public void Booleans_that_are_neither_0_nor_1_are_refused()
    {
        var file = File("""{"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""", 2);
        file.GetBuffer()[^1] = 2;
        var load = () => SafetensorsFile.Load(file);
        load.Should().Throw<DataFormatException>().WithMessage("a: expected booleans of 0 or 1, found 2.");
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001UL)]
    [InlineData(1000UL)]
    public void A_header_that_is_too_long_is_refused_before_memory_is_asked_for(ulong length)
    {
        var file = new byte[100];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        file[8] = (byte)'{';
        var before = GC.GetAllocatedBytesForCurrentThread();
        var load = () => SafetensorsFile.Load(new MemoryStream(file));
        load.Should().Throw<DataFormatException>().WithMessage($"*Header*at most 92 bytes*{length}*");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1_000_000);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var load = () => SafetensorsFile.Load(File(string.Concat(Enumerable.Repeat("""{"a":""", 100_000)), 0));
        load.Should().Throw<DataFormatException>();
    }

    private static SafetensorsContent RoundTrip(Dictionary<string, Tensor> tensors)
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Save(stream, tensors);
        return SafetensorsFile.Load(stream);
    }

    private static MemoryStream File(string header, int bytes)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + text.Length + bytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        return new MemoryStream(file, 0, file.Length, writable: true, publiclyVisible: true);
    }
}
