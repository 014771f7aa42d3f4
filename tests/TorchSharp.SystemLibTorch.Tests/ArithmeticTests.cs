using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ArithmeticTests
{
    [Fact]
    public void Operators_take_tensors_and_numbers_on_both_sides()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Vector(1, -2, 3), Vector(4, 0.5, -1));
        (a + b).ShouldBe(5, -1.5, 2);
        (a - b).ShouldBe(-3, -2.5, 4);
        (a * b).ShouldBe(4, -1, -3);
        (a / b).ShouldBe(0.25, -4, -3);
        (a % b).ShouldBe(1, 0, 0);
        (a + 1).ShouldBe(2, -1, 4);
        (1 + a).ShouldBe(2, -1, 4);
        (a - 1.5).ShouldBe(-0.5, -3.5, 1.5);
        (1.5 - a).ShouldBe(0.5, 3.5, -1.5);
        (2f * a).ShouldBe(2, -4, 6);
        (a * 2L).ShouldBe(2, -4, 6);
        (a / 4).ShouldBe(0.25, -0.5, 0.75);
        (6 / a).ShouldBe(6, -3, 2);
        (a % 2).ShouldBe(1, 0, 1);
        (-a).ShouldBe(-1, 2, -3);
    }

    [Fact]
    public void Numbers_leave_the_type_of_a_tensor_unless_its_kind_is_lower()
    {
        using var scope = NewDisposeScope();
        var integers = tensor([1, 2, 3]);
        var singles = tensor([1f, 2f, 3f]);
        integers.dtype.Should().Be(ScalarType.Int32);
        (integers + 1).dtype.Should().Be(ScalarType.Int32);
        (integers + 0.5).dtype.Should().Be(ScalarType.Float32);
        (integers + 0.5).ShouldBe(1.5, 2.5, 3.5);
        (integers / 2).ShouldBe(0.5, 1, 1.5);
        (singles * 0.1).dtype.Should().Be(ScalarType.Float32);
        (singles + tensor(1.0)).dtype.Should().Be(ScalarType.Float32);
        (singles + Vector(1, 1, 1)).dtype.Should().Be(ScalarType.Float64);
        (singles.half() * 0.1).dtype.Should().Be(ScalarType.Float16);
        ((singles > 1) * 2).ShouldBe(0, 2, 2);
        (singles > 1).mul(1.5).dtype.Should().Be(ScalarType.Float32);
        (singles * 1e300).isinf().all().item<bool>().Should().BeTrue();
        (singles * double.NaN).isnan().all().item<bool>().Should().BeTrue();
        (integers * 3_000_000_000L).dtype.Should().Be(ScalarType.Int32);
    }

    [Fact]
    public void Methods_with_a_factor_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (Vector(1, -2, 3), Vector(4, 0.5, -1), Vector(2, 2, 4));
        a.add(b, 0.5).ShouldBe(3, -1.75, 2.5);
        a.add(2, 3).ShouldBe(7, 4, 9);
        a.addcmul(b, c, 0.5).ShouldBe(5, -1.5, 1);
        a.addcdiv(b, c, 2).ShouldBe(5, -1.5, 2.5);
        a.div(b, RoundingMode.floor).ShouldBe(0, -4, -3);
        Vector(-7, 7).div(2, RoundingMode.trunc).ShouldBe(-3, 3);
        Vector(-7, 7).floor_divide(Vector(2, 2)).ShouldBe(-4, 3);
        Vector(-7, 7).remainder(4).ShouldBe(1, 3);
        Vector(-7, 7).fmod(4).ShouldBe(-3, 3);
    }

    [Fact]
    public void In_place_methods_change_the_tensor_and_can_be_chained()
    {
        using var scope = NewDisposeScope();
        var a = Vector(1, -2, 3);
        a.add_(1).mul_(2).sub_(Vector(1, 1, 1)).div_(3);
        a.ShouldBe(1, -1, 7.0 / 3);
        a.fill_(2);
        a.add_(Vector(1, 2, 3), 0.5).ShouldBe(2.5, 3, 3.5);
        a.addcmul_(Vector(1, 1, 1), Vector(1, 2, 3), 2).ShouldBe(4.5, 7, 9.5);
        a.addcdiv_(Vector(1, 1, 1), Vector(2, 4, 8), 4).ShouldBe(6.5, 8, 10);
        a.copy_(Vector(1, 2, 3)).pow_(2).ShouldBe(1, 4, 9);
        a.neg_().ShouldBe(-1, -4, -9);
        a.zero_().ShouldBe(0, 0, 0);
        a.lerp_(Vector(4, 8, 12), tensor(0.25)).ShouldBe(1, 2, 3);
        a.masked_fill_(a > 1, -1).ShouldBe(1, -1, -1);
    }

    [Fact]
    public void Comparisons_are_elementwise()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Vector(1, 2, 3), Vector(3, 2, 1));
        (a > b).ShouldBe(0, 0, 1);
        (a >= b).ShouldBe(0, 1, 1);
        (a < b).ShouldBe(1, 0, 0);
        (a <= b).ShouldBe(1, 1, 0);
        (a == b).ShouldBe(0, 1, 0);
        (a != b).ShouldBe(1, 0, 1);
        (a > 2).ShouldBe(0, 0, 1);
        (2 > a).ShouldBe(1, 0, 0);
        a.equal(b).ShouldBe(0, 1, 0);
        (a > b).dtype.Should().Be(ScalarType.Bool);
        ((a > 1) & (b > 1)).ShouldBe(0, 1, 0);
        ((a > 1) | (b > 1)).ShouldBe(1, 1, 1);
        ((a > 1) ^ (b > 1)).ShouldBe(1, 0, 1);
        (~(a > 1)).ShouldBe(1, 0, 0);
        a.logical_and(b - 1).ShouldBe(1, 1, 0);
        a.logical_not().ShouldBe(0, 0, 0);
        a.lt_(2).ShouldBe(1, 0, 0);
        a.dtype.Should().Be(ScalarType.Float64);
    }

    [Fact]
    public void Equals_and_allclose_compare_whole_tensors()
    {
        using var scope = NewDisposeScope();
        var a = Vector(1, 2, 3);
        a.Equals(Vector(1, 2, 3)).Should().BeTrue();
        a.Equals(Vector(1, 2, 4)).Should().BeFalse();
        a.Equals((object)Vector(1, 2, 3)).Should().BeTrue();
        a.Equals(null as object).Should().BeFalse();
        a.allclose(Vector(1, 2, 3 + 1e-9)).Should().BeTrue();
        a.allclose(Vector(1, 2, 3.1)).Should().BeFalse();
        a.allclose(Vector(1, 2, 3.1), atol: 0.2).Should().BeTrue();
        isclose(a, Vector(1, 2.5, 3)).ShouldBe(1, 0, 1);
    }
}
