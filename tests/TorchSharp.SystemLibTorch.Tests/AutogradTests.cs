using System.Runtime.InteropServices;
using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class AutogradTests
{
    [Fact]
    public void Gradients_of_a_chain_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[,] { { 0.5, -1 }, { 2, 0.25 } }, requires_grad: true);
        var b = tensor(new[,] { { 1, 2 }, { -0.5, 1.5 } }, requires_grad: true);
        var y = a.mm(b).sigmoid().log().sum();
        y.backward();
        y.ShouldBe(-1.4425232995801045);
        a.grad!.ShouldBe(1.513860084, 0.799218286, 0.157827542, -0.047834644);
        b.grad!.ShouldBe(0.400399191, 0.336092967, -0.235700361, -0.619351418);
    }

    [Fact]
    public void Second_derivatives_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var z = tensor([0.3, -0.7], requires_grad: true);
        var f = nn.functional.softplus(z * 3).sum();
        var first = autograd.grad([f], [z], retain_graph: true, create_graph: true)[0];
        first.ShouldBe(2.132848508, 0.327290464);
        autograd.grad([first.sum()], [z])[0].ShouldBe(1.849502766, 0.874752343);
        z.grad.Should().BeNull("autograd.grad accumulates nothing");
    }

    [Fact]
    public void Backward_takes_weights_and_inputs()
    {
        using var scope = NewDisposeScope();
        var w = tensor([1.0, 2.0], requires_grad: true);
        var u = tensor([1.0, 1.0], requires_grad: true);
        (w * w * u).backward(grad_tensors: [Vector(0.5, 2)], inputs: [w]);
        w.grad!.ShouldBe(1, 8);
        u.grad.Should().BeNull();
    }

    [Fact]
    public void Gradients_accumulate_and_can_be_set()
    {
        using var scope = NewDisposeScope();
        var w = tensor([1.0, 2.0], requires_grad: true);
        var y = (w * 3).sum();
        y.backward(retain_graph: true);
        y.backward();
        w.grad!.ShouldBe(6, 6);
        w.grad = Vector(1, 2);
        w.grad!.ShouldBe(1, 2);
        w.grad!.mul_(2);
        w.grad!.ShouldBe(2, 4);
        w.grad = null;
        w.grad.Should().BeNull();
    }

    [Fact]
    public void Recording_is_switched_off_and_on()
    {
        using var scope = NewDisposeScope();
        var w = ones(2, requires_grad: true);
        is_grad_enabled().Should().BeTrue();
        using (no_grad())
        {
            is_grad_enabled().Should().BeFalse();
            (w * 2).requires_grad.Should().BeFalse();
            w.mul_(2);
            using (enable_grad())
                (w * 2).requires_grad.Should().BeTrue();
            is_grad_enabled().Should().BeFalse();
        }

        using (set_grad_enabled(false))
            is_grad_enabled().Should().BeFalse();
        is_grad_enabled().Should().BeTrue();
        using (inference_mode())
            is_inference_mode_enabled().Should().BeTrue();
        is_inference_mode_enabled().Should().BeFalse();
        w.ShouldBe(2, 2);
    }

    [Fact]
    public void Leaves_and_detached_tensors_are_what_they_are_in_PyTorch()
    {
        using var scope = NewDisposeScope();
        var w = ones(2, requires_grad: true);
        var y = w * 2;
        w.is_leaf.Should().BeTrue();
        y.is_leaf.Should().BeFalse();
        y.detach().requires_grad.Should().BeFalse();
        y.retain_grad();
        y.sum().backward();
        y.grad!.ShouldBe(1, 1);
        w.requires_grad_(false).requires_grad.Should().BeFalse();
        w.with_requires_grad().requires_grad.Should().BeTrue();
    }

    [Fact]
    public void In_place_changes_of_a_recorded_leaf_throw()
    {
        using var scope = NewDisposeScope();
        var w = ones(2, requires_grad: true);
        FluentActions.Invoking(() => w.add_(1)).Should().Throw<ExternalException>().WithMessage("*leaf*");
        FluentActions.Invoking(() => w.detach().sum().backward()).Should().Throw<ExternalException>().WithMessage("*does not require grad*");
    }
}
