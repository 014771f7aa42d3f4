using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class DataTests
{
    [Fact]
    public void Elements_of_a_transposed_tensor_come_in_row_major_order()
    {
        using var scope = NewDisposeScope();
        var t = tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }).t();
        var data = t.data<float>();
        data.Count.Should().Be(6);
        data.ToArray().Should().Equal(1, 4, 2, 5, 3, 6);
        data.Should().Equal(1, 4, 2, 5, 3, 6);
        data[2, 1].Should().Be(6);
        data[1].Should().Be(4);
        var part = new float[4];
        data.CopyTo(part, 1);
        part.Should().Equal(0, 1, 4, 2);
        var grid = (float[,])data.ToNDArray();
        grid[2, 0].Should().Be(3);
    }

    [Fact]
    public void Elements_of_a_strided_tensor_can_be_written()
    {
        using var scope = NewDisposeScope();
        var t = zeros(2, 3, dtype: int64);
        var column = t[.., 1];
        column.data<long>()[1] = 7;
        t.t().data<long>().CopyFrom([1, 2, 3]);
        t.ShouldBe(1, 3, 0, 2, 7, 0);
    }

    [Fact]
    public void Element_types_must_match()
    {
        using var t = zeros(2);
        FluentActions.Invoking(() => t.data<double>()).Should().Throw<ArgumentException>().WithMessage("*Double*Float32*");
        FluentActions.Invoking(() => t.item<float>()).Should().Throw<ArgumentException>();
        using var one = tensor(1.5f);
        FluentActions.Invoking(() => one.item<double>()).Should().Throw<ArgumentException>();
        one.item<float>().Should().Be(1.5f);
    }

    [Fact]
    public void Single_elements_convert_to_numbers()
    {
        using var scope = NewDisposeScope();
        tensor(2.75).ToDouble().Should().Be(2.75);
        tensor(2.75).ToSingle().Should().Be(2.75f);
        tensor(2.75).ToInt32().Should().Be(2);
        tensor(7).ToInt64().Should().Be(7);
        tensor(true).ToBoolean().Should().BeTrue();
        ((float)tensor(0.5)).Should().Be(0.5f);
        ((long)tensor(3L)).Should().Be(3);
        tensor(2.5f).ToScalar().Type.Should().Be(ScalarType.Float64);
        tensor(2).ToScalar().Type.Should().Be(ScalarType.Int64);
        FluentActions.Invoking(() => zeros(2).ToDouble()).Should().Throw<System.Runtime.InteropServices.ExternalException>();
    }

    [Fact]
    public void Bytes_are_the_memory_of_a_contiguous_tensor()
    {
        using var scope = NewDisposeScope();
        var t = tensor([1f, 2f]);
        t.bytes.ToArray().Should().Equal([.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)]);
        t.bytes = [.. BitConverter.GetBytes(3f), .. BitConverter.GetBytes(4f)];
        t.ShouldBe(3, 4);
        FluentActions.Invoking(() => t.bytes = new byte[3]).Should().Throw<ArgumentException>();
        var strided = zeros(2, 3).t();
        FluentActions.Invoking(() => strided.bytes.Length).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Bytes_go_to_a_stream_and_come_back()
    {
        using var scope = NewDisposeScope();
        // Smaller than the buffer, so that both implementations of streaming agree.
        var t = arange(100, dtype: float32);
        using var stream = new MemoryStream();
        t.WriteBytesToStream(stream);
        stream.Length.Should().Be(400);
        stream.Position = 0;
        var back = zeros(100);
        back.ReadBytesFromStream(stream);
        back.Equals(t).Should().BeTrue();
        FluentActions.Invoking(() => back.ReadBytesFromStream(stream)).Should().Throw<EndOfStreamException>();
    }

    [Fact]
    public void Tensor_copies_an_array_and_from_array_shares_it()
    {
        using var scope = NewDisposeScope();
        var array = new float[,] { { 1, 2 }, { 3, 4 } };
        var (copy, shared) = (tensor(array), from_array(array));
        array[1, 0] = 9;
        copy.ShouldBe(1, 2, 3, 4);
        shared.ShouldBe(1, 2, 9, 4);
        shared[0, 0] = tensor(5f);
        array[0, 0].Should().Be(5);
    }

    [Fact]
    public void A_shared_array_outlives_its_own_references()
    {
        using var t = Shared();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _ = new long[1 << 16];
        }

        t.sum().ShouldBe(999 * 500);

        static Tensor Shared() => from_array(Enumerable.Range(0, 1000).Select(i => (long)i).ToArray());
    }

    [Fact]
    public void Frombuffer_shares_a_part_of_an_array()
    {
        using var scope = NewDisposeScope();
        double[] array = [1, 2, 3, 4];
        var t = frombuffer(array, float64, count: 2, offset: 1);
        t.ShouldBe(2, 3);
        array[2] = 7;
        t.ShouldBe(2, 7);
    }

    [Fact]
    public void Arrays_lists_and_scalars_make_tensors_of_their_types()
    {
        using var scope = NewDisposeScope();
        tensor([1, 2]).dtype.Should().Be(ScalarType.Int32);
        tensor([1L, 2]).dtype.Should().Be(ScalarType.Int64);
        tensor([1.0, 2]).dtype.Should().Be(ScalarType.Float64);
        tensor([true, false]).ShouldBe(1, 0);
        tensor(new byte[] { 1, 255 }).ShouldBe(1, 255);
        tensor([1.5, 2], dtype: float32).dtype.Should().Be(ScalarType.Float32);
        tensor(new List<float> { 1, 2, 3, 4 }, 2, 2).ShouldHaveShape(2, 2);
        tensor(new long[,] { { 1, 2, 3 } }).ShouldHaveShape(1, 3);
        tensor(new double[] { 1, 2, 3, 4 }, [2L, 2L]).ShouldHaveShape(2, 2);
        tensor(3).ndim.Should().Be(0);
        tensor(3, dtype: float64).dtype.Should().Be(ScalarType.Float64);
        tensor([1f], requires_grad: true).requires_grad.Should().BeTrue();
        FluentActions.Invoking(() => tensor([1f, 2f], [3L])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Factories_fill_shapes()
    {
        using var scope = NewDisposeScope();
        zeros(2, 2).ShouldBe(0, 0, 0, 0);
        ones([2L, 1L], dtype: int32).dtype.Should().Be(ScalarType.Int32);
        full(2, 1.5).ShouldBe(1.5, 1.5);
        full([2L], 3).dtype.Should().Be(ScalarType.Int64);
        arange(3).ShouldBe(0, 1, 2);
        arange(3).dtype.Should().Be(ScalarType.Int64);
        arange(0.5, 2.5, 0.5).ShouldBe(0.5, 1, 1.5, 2);
        linspace(0, 1, 5).ShouldBe(0, 0.25, 0.5, 0.75, 1);
        eye(2).ShouldBe(1, 0, 0, 1);
        empty(3, 4).ShouldHaveShape(3, 4);
        zeros_like(ones(2, dtype: float64)).dtype.Should().Be(ScalarType.Float64);
        full_like(ones(2), 4).ShouldBe(4, 4);
        ones(2).zeros_like(int64).dtype.Should().Be(ScalarType.Int64);
        get_default_dtype().Should().Be(ScalarType.Float32);
        set_default_dtype(ScalarType.Float64);
        try
        {
            zeros(1).dtype.Should().Be(ScalarType.Float64);
        }
        finally
        {
            set_default_dtype(ScalarType.Float32);
        }
    }

    [Fact]
    public void Conversions_copy_only_where_they_must()
    {
        using var scope = NewDisposeScope();
        var t = tensor([1.7f, -1.7f]);
        t.to(float64).dtype.Should().Be(ScalarType.Float64);
        t.@long().ShouldBe(1, -1);
        t.@int().dtype.Should().Be(ScalarType.Int32);
        t.@double().@float().ShouldBeWithin(1e-6, 1.7, -1.7);
        t.type(ScalarType.Bool).ShouldBe(1, 1);
        t.to(float32).add_(1);
        t.ShouldBeWithin(1e-6, 2.7, -0.7);
        t.to(float32, copy: true).add_(1);
        t.clone().add_(1);
        t.cpu().ShouldBeWithin(1e-6, 2.7, -0.7);
        var old = ones(1);
        old.to(float64, disposeAfter: true).ShouldBe(1);
        old.IsInvalid.Should().BeTrue();
        t.to("cpu").device.type.Should().Be(DeviceType.CPU);
        t.to(CPU).device_index.Should().Be(-1);
    }
}
