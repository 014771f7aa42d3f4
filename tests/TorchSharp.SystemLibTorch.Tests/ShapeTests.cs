using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ShapeTests
{
    [Fact]
    public void A_tensor_tells_its_shape_and_layout()
    {
        using var scope = NewDisposeScope();
        var t = zeros(2, 3, 4);
        t.shape.Should().Equal(2, 3, 4);
        t.size().Should().Equal(2, 3, 4);
        t.size(1).Should().Be(3);
        t.size(-1).Should().Be(4);
        t.dim().Should().Be(3);
        t.ndim.Should().Be(3);
        t.numel().Should().Be(24);
        t.NumberOfElements.Should().Be(24);
        t.ElementSize.Should().Be(4);
        t.stride().Should().Equal(12, 4, 1);
        t.stride(0).Should().Be(12);
        t.is_contiguous().Should().BeTrue();
        t.transpose(0, 2).is_contiguous().Should().BeFalse();
        t.transpose(0, 2).contiguous().is_contiguous().Should().BeTrue();
        t[1].storage_offset().Should().Be(12);
        t.dtype.Should().Be(ScalarType.Float32);
        t.device_type.Should().Be(DeviceType.CPU);
        t.device.ToString().Should().Be("cpu");
        t.ToString().Should().Be("[2x3x4], type = Float32, device = cpu");
    }

    [Fact]
    public void Views_change_shape_and_share_memory()
    {
        using var scope = NewDisposeScope();
        var t = arange(6, dtype: float64);
        var v = t.view(2, 3);
        v.ShouldHaveShape(2, 3);
        v.add_(1);
        t.ShouldBe(1, 2, 3, 4, 5, 6);
        t.reshape(3, -1).ShouldHaveShape(3, 2);
        v.flatten().ShouldHaveShape(6);
        zeros(2, 3, 4).flatten(1).ShouldHaveShape(2, 12);
        v.t().ShouldBe(1, 4, 2, 5, 3, 6);
        v.T.ShouldBe(1, 4, 2, 5, 3, 6);
        v.mT.ShouldBe(1, 4, 2, 5, 3, 6);
        v.transpose(0, 1).ShouldHaveShape(3, 2);
        zeros(2, 3, 4).permute(2, 0, 1).ShouldHaveShape(4, 2, 3);
        zeros(2, 3, 4).movedim([0], [2]).ShouldHaveShape(3, 4, 2);
        t.unsqueeze(0).ShouldHaveShape(1, 6);
        t.unsqueeze(-1).squeeze(1).ShouldHaveShape(6);
        zeros(1, 2, 1).squeeze().ShouldHaveShape(2);
        t.as_strided([2, 2], [3, 1], 1).ShouldBe(2, 3, 5, 6);
    }

    [Fact]
    public void Repetitions_give_the_values_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var t = Vector(1, 2);
        t.expand(3, 2).ShouldBe(1, 2, 1, 2, 1, 2);
        t.expand(3, -1).stride(0).Should().Be(0);
        t.expand_as(zeros(2, 2)).ShouldBe(1, 2, 1, 2);
        t.broadcast_to(2, 2).ShouldBe(1, 2, 1, 2);
        t.repeat(2, 2).ShouldBe(1, 2, 1, 2, 1, 2, 1, 2);
        t.tile([2]).ShouldBe(1, 2, 1, 2);
        t.repeat_interleave(2).ShouldBe(1, 1, 2, 2);
        t.repeat_interleave(tensor([1L, 3])).ShouldBe(1, 2, 2, 2);
        t.flip(0).ShouldBe(2, 1);
        arange(4).roll(1).ShouldBe(3, 0, 1, 2);
        arange(4).view(2, 2).roll([1], [1]).ShouldBe(1, 0, 3, 2);
    }

    [Fact]
    public void Tensors_are_joined_and_split()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Vector(1, 2), Vector(3, 4));
        cat([a, b]).ShouldBe(1, 2, 3, 4);
        concat([a, b]).ShouldBe(1, 2, 3, 4);
        stack([a, b]).ShouldHaveShape(2, 2);
        stack([a, b], 1).ShouldBe(1, 3, 2, 4);
        hstack(a, b).ShouldBe(1, 2, 3, 4);
        vstack([a, b]).ShouldHaveShape(2, 2);
        var five = arange(5);
        var pieces = five.split(2);
        pieces.Should().HaveCount(3);
        pieces[2].ShouldBe(4);
        five.split([1L, 4L])[1].ShouldBe(1, 2, 3, 4);
        five.chunk(2)[0].ShouldBe(0, 1, 2);
        stack([a, b]).unbind()[1].ShouldBe(3, 4);
    }
}
