using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class IndexingTests
{
    private static Tensor Grid() => arange(12, dtype: float64).view(3, 4);

    [Fact]
    public void Positions_ranges_and_tensors_read_parts()
    {
        using var scope = NewDisposeScope();
        var t = Grid();
        t[1].ShouldBe(4, 5, 6, 7);
        t[-1].ShouldBe(8, 9, 10, 11);
        t[1, 2].ShouldBe(6);
        t[1, 2].ndim.Should().Be(0);
        t[1..].ShouldHaveShape(2, 4);
        t[..2, 1].ShouldBe(1, 5);
        t[1..3, ^1].ShouldBe(7, 11);
        t[.., 1..^1].ShouldBe(1, 2, 5, 6, 9, 10);
        t[TensorIndex.Ellipsis, 0].ShouldBe(0, 4, 8);
        t[TensorIndex.Colon, TensorIndex.Slice(0, 4, 2)].ShouldBe(0, 2, 4, 6, 8, 10);
        t[TensorIndex.None, 0].ShouldHaveShape(1, 4);
        t[TensorIndex.Tensor(tensor([2L, 0]))].ShouldBe(8, 9, 10, 11, 0, 1, 2, 3);
        t[tensor([2L, 0]), tensor([1L, 3])].ShouldBe(9, 3);
        t[t > 8].ShouldBe(9, 10, 11);
        t.index(TensorIndex.Colon, TensorIndex.Tensor(tensor([3L, 0]))).ShouldBe(3, 0, 7, 4, 11, 8);
    }

    [Fact]
    public void Positions_ranges_and_tensors_write_parts()
    {
        using var scope = NewDisposeScope();
        var t = zeros(3, 4, dtype: float64);
        t[0] = tensor(1.0);
        t[1, 2] = tensor(5.0);
        t[2, 1..3] = Vector(7, 8);
        t.ShouldBe(1, 1, 1, 1, 0, 0, 5, 0, 0, 7, 8, 0);
        t[t > 4] = tensor(-1.0);
        t.ShouldBe(1, 1, 1, 1, 0, 0, -1, 0, 0, -1, -1, 0);
        t[TensorIndex.Ellipsis, 3] = Vector(2, 3, 4);
        t[TensorIndex.Tensor(tensor([0L, 2])), TensorIndex.Tensor(tensor([0L, 0]))] = Vector(9, 9);
        t.ShouldBe(9, 1, 1, 2, 0, 0, -1, 3, 9, -1, -1, 4);
        t.index_put_(0, TensorIndex.Colon);
        t.sum().ShouldBe(0);
    }

    [Fact]
    public void Index_put_can_accumulate()
    {
        using var scope = NewDisposeScope();
        var t = zeros(3, dtype: float64);
        t.index_put_(Vector(1, 2, 4), [tensor([0L, 2, 2])], accumulate: true);
        t.ShouldBe(1, 0, 6);
    }

    [Fact]
    public void Selections_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var t = Grid();
        t.select(1, 2).ShouldBe(2, 6, 10);
        t.narrow(0, 1, 2).ShouldHaveShape(2, 4);
        t.slice(1, 0, 4, 3).ShouldBe(0, 3, 4, 7, 8, 11);
        t.index_select(0, tensor([2L, 2])).ShouldBe(8, 9, 10, 11, 8, 9, 10, 11);
        t.gather(1, tensor(new long[,] { { 0, 1 }, { 1, 2 }, { 3, 3 } })).ShouldBe(0, 1, 5, 6, 11, 11);
        t.masked_select(t < 2).ShouldBe(0, 1);
        t.take(tensor([0L, 11])).ShouldBe(0, 11);
        tensor([0, 3, 0, 4]).nonzero().ShouldBe(1, 3);
        where(t > 5, t, zeros_like(t)).ShouldBe(0, 0, 0, 0, 0, 0, 6, 7, 8, 9, 10, 11);
    }

    [Fact]
    public void Scattered_writes_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        zeros(2, 3, dtype: float64).scatter_(1, tensor(new long[,] { { 2 }, { 0 } }), tensor(new double[,] { { 5 }, { 6 } }))
            .ShouldBe(0, 0, 5, 6, 0, 0);
        zeros(3, dtype: float64).scatter_add_(0, tensor([1L, 1, 0]), Vector(1, 2, 3)).ShouldBe(3, 3, 0);
        zeros(3, 2, dtype: float64).index_add_(0, tensor([0L, 2, 0]), ones(3, 2, dtype: float64), 2).ShouldBe(4, 4, 0, 0, 2, 2);
        zeros(3, dtype: float64).index_fill_(0, tensor([0L, 2]), 7).ShouldBe(7, 0, 7);
        zeros(3, dtype: float64).index_copy_(0, tensor([2L, 0]), Vector(1, 2)).ShouldBe(2, 0, 1);
    }
}
