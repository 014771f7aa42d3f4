using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ReductionTests
{
    private static Tensor Matrix() => tensor(new double[,] { { 1, -2, 3 }, { 0.5, 4, -1 } });

    [Fact]
    public void Sums_and_means_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var m = Matrix();
        m.sum().ShouldBe(5.5);
        // Without the name, zero would be an element type.
        m.sum(dim: 0).ShouldBe(1.5, 2, 2);
        m.sum(1, keepdim: true).ShouldHaveShape(2, 1);
        m.sum([0L, 1L]).ShouldBe(5.5);
        m.sum(0, 1).ShouldBe(5.5);
        m.sum(type: ScalarType.Float32).dtype.Should().Be(ScalarType.Float32);
        (m > 0).sum().item<long>().Should().Be(4);
        m.mean().ShouldBe(0.916666667);
        m.mean([1]).ShouldBe(0.666666667, 1.166666667);
        m.prod().ShouldBe(12);
        m.prod(1).ShouldBe(-6, -2);
    }

    [Fact]
    public void Variances_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var m = Matrix();
        m.var().ShouldBe(5.241666667);
        m.var(unbiased: false).ShouldBe(4.368055556);
        m.var(1, unbiased: false).ShouldBe(4.222222222, 4.388888889);
        m.var([0L]).ShouldBe(0.125, 18, 8);
        m.std(0).ShouldBe(0.353553391, 4.242640687, 2.828427125);
        m.std(0, keepdim: true).ShouldHaveShape(1, 3);
        std(m).ShouldBe(Math.Sqrt(5.241666667));
    }

    [Fact]
    public void Extremes_come_with_their_places()
    {
        using var scope = NewDisposeScope();
        var m = Matrix();
        m.max().ShouldBe(4);
        m.min().ShouldBe(-2);
        var (values, indexes) = m.max(1);
        values.ShouldBe(3, 4);
        indexes.ShouldBe(2, 1);
        (values, indexes) = m.min(0, keepdim: true);
        values.ShouldBe(0.5, -2, -1);
        indexes.ShouldBe(1, 0, 1);
        values.ShouldHaveShape(1, 3);
        m.amax([0L, 1L]).ShouldBe(4);
        m.amin(1L).ShouldBe(-2, -1);
        m.argmax().item<long>().Should().Be(4);
        m.argmax(1).ShouldBe(2, 1);
        m.argmin(0).ShouldBe(1, 0, 1);
        m.max(Matrix().neg()).ShouldBe(1, 2, 3, 0.5, 4, 1);
    }

    [Fact]
    public void Any_and_all_look_at_truth()
    {
        using var scope = NewDisposeScope();
        var positive = Matrix() > 0;
        positive.any().item<bool>().Should().BeTrue();
        positive.all().item<bool>().Should().BeFalse();
        positive.all(0).ShouldBe(1, 0, 0);
        positive.any(1).ShouldBe(1, 1);
        Matrix().count_nonzero().item<long>().Should().Be(6);
    }

    [Fact]
    public void Running_and_logarithmic_sums_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var m = Matrix();
        m.cumsum(1).ShouldBe(1, -1, 2, 0.5, 4.5, 3.5);
        m.cumprod(0).ShouldBe(1, -2, 3, 0.5, -8, -3);
        m.logsumexp(1).ShouldBe(3.132845234, 4.036269565);
        m.logsumexp(1, keepdim: true).ShouldHaveShape(2, 1);
        m.logcumsumexp(1).ShouldBe(1, 1.048587352, 3.132845234, 0.5, 4.029750418, 4.036269565);
        m.norm().ShouldBe(5.590169944);
        m.norm(1f).ShouldBe(11.5);
        m.norm(1).ShouldBe(3.741657387, 4.153311931);
    }

    [Fact]
    public void Order_statistics_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var m = Matrix();
        m.median().ShouldBe(0.5);
        var (sorted, indices) = m.sort(1, descending: true);
        sorted.ShouldBe(3, 1, -2, 4, 0.5, -1);
        indices.ShouldBe(2, 0, 1, 1, 0, 2);
        m.argsort(1).ShouldBe(1, 0, 2, 2, 0, 1);
        var (top, places) = m.topk(2, 1);
        top.ShouldBe(3, 1, 4, 0.5);
        places.ShouldBe(2, 0, 1, 0);
        m.histc(4).ShouldBe(2, 1, 1, 2);
        m.histc(4, 0, 4).ShouldBe(1, 1, 0, 2);
        m.quantile(Vector(0.25, 0.5)).ShouldBe(-0.625, 0.75);
        tensor([0L, 2, 2, 5]).bincount(null, 7).ShouldBe(1, 0, 2, 0, 0, 1, 0);
    }
}
