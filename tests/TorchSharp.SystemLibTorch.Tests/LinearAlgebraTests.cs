using System.Runtime.InteropServices;
using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class LinearAlgebraTests
{
    [Fact]
    public void Products_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        var b = tensor(new double[,] { { 1, 0 }, { 0, 2 }, { -1, 1 } });
        a.mm(b).ShouldBe(-2, 7, -2, 16);
        mm(a, b).ShouldBe(-2, 7, -2, 16);
        matmul(a, b).ShouldBe(-2, 7, -2, 16);
        a.mv(Vector(1, 0, -1)).ShouldBe(-2, -2);
        Vector(1, 2, 3).dot(Vector(4, 5, 6)).ShouldBe(32);
        outer(Vector(1, 2), Vector(3, 4)).ShouldBe(3, 4, 6, 8);
        a.unsqueeze(0).bmm(b.unsqueeze(0)).ShouldBe(-2, 7, -2, 16);
        eye(2, dtype: float64).addmm(a, b, 2, 0.5f).ShouldBe(1, 3.5, -1, 10);
        eye(2, dtype: float64).addmm_(a, b, 0, 1).ShouldBe(-2, 7, -2, 16);
        Vector(1, 1).addmv(a, Vector(1, 0, -1), 1, 2).ShouldBe(-3, -3);
    }

    [Fact]
    public void Triangles_and_diagonals_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var m = arange(9, dtype: float64).view(3, 3);
        m.tril().ShouldBe(0, 0, 0, 3, 4, 0, 6, 7, 8);
        m.triu(1).ShouldBe(0, 1, 2, 0, 0, 5, 0, 0, 0);
        m.diag().ShouldBe(0, 4, 8);
        Vector(1, 2).diag().ShouldBe(1, 0, 0, 2);
        m.trace().ShouldBe(12);
    }

    [Fact]
    public void Products_of_shapes_that_do_not_fit_throw_with_the_shapes_in_the_message()
    {
        using var scope = NewDisposeScope();
        var a = ones(2, 3);
        FluentActions.Invoking(() => a.mm(ones(2, 3))).Should().Throw<ExternalException>().WithMessage("*2x3*2x3*");
        FluentActions.Invoking(() => a.addmm(a, ones(2, 2))).Should().Throw<ExternalException>().WithMessage("*2x3*2x2*");
        FluentActions.Invoking(() => a + ones(2, 4)).Should().Throw<ExternalException>().WithMessage("*size*3*4*");

        // The thread works on after an error.
        a.mm(ones(3, 1)).ShouldBe(3, 3);
    }
}
