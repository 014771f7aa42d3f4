using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class ModuleTests
{
    [Fact]
    public void Fields_are_registered_by_their_names()
    {
        using var net = new Net();
        net.named_parameters().Select(p => p.name).Should().Equal("scale", "first.weight", "first.bias", "rest.0.weight", "rest.1.weight");
        net.named_buffers().Select(b => b.name).Should().Equal("running");
        net.named_children().Select(c => c.name).Should().Equal("first", "rest");
        net.named_modules().Select(m => m.name).Should().BeEquivalentTo("first", "rest", "rest.0", "rest.1");
        net.state_dict().Keys.Should().BeEquivalentTo("scale", "first.weight", "first.bias", "rest.0.weight", "rest.1.weight", "running");
        net.parameters().Should().HaveCount(5);
        net.get_parameter("rest.1.weight")!.shape.Should().Equal(1, 2);
        net.has_parameter("first.none").Should().BeFalse();
        net.get_buffer("running")!.shape.Should().Equal(2);
        net.GetName().Should().Be("Net");
    }

    [Fact]
    public void Names_are_registered_once_and_without_dots()
    {
        using var net = new Net();
        using var spare = ones(1);
        FluentActions.Invoking(() => net.register_buffer("running", spare)).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => net.register_module("a.b", Identity())).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_parameter_takes_over_the_tensor_it_is_made_of()
    {
        using var scope = NewDisposeScope();
        var data = tensor([1f, 2f]);
        var parameter = new Parameter(data);
        data.IsInvalid.Should().BeTrue();
        parameter.requires_grad.Should().BeTrue();
        parameter.ShouldBe(1, 2);
        scope.Contains(parameter).Should().BeTrue();
        Parameter(zeros(1), false).requires_grad.Should().BeFalse();
    }

    [Fact]
    public void State_goes_from_one_module_to_another()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (new Net(), new Net());
        b.first.weight.Equals(a.first.weight).Should().BeFalse();
        var (missing, unexpected) = b.load_state_dict(a.state_dict());
        missing.Should().BeEmpty();
        unexpected.Should().BeEmpty();
        foreach (var (key, value) in a.state_dict())
            b.state_dict()[key].Equals(value).Should().BeTrue();
        b.first.weight.Handle.Should().NotBe(a.first.weight.Handle);
    }

    [Fact]
    public void Loading_is_strict_unless_told_otherwise()
    {
        using var scope = NewDisposeScope();
        var net = new Net();
        var state = net.state_dict().ToDictionary(p => p.Key, p => p.Value.detach().clone());
        state.Remove("scale");
        state["other"] = ones(1);
        FluentActions.Invoking(() => net.load_state_dict(state)).Should().Throw<InvalidOperationException>();
        var (missing, unexpected) = net.load_state_dict(state, strict: false);
        missing.Should().Equal("scale");
        unexpected.Should().Equal("other");
        net.load_state_dict(state, skip: ["scale", "other"]).missing_keys.Should().BeEmpty();
    }

    [Fact]
    public void Conversion_replaces_parameters_and_keeps_their_values()
    {
        using var net = new Net();
        var (before, values) = (net.scale, net.first.weight.detach().clone());
        net.to(float64).Should().BeSameAs(net);
        net.scale.Should().NotBeSameAs(before);
        before.IsInvalid.Should().BeTrue();
        net.parameters().Should().OnlyContain(p => p.dtype == ScalarType.Float64 && p.requires_grad && p.is_leaf);
        net.running.dtype.Should().Be(ScalarType.Float64);
        net.first.weight.@float().Equals(values).Should().BeTrue();
        net.get_parameter("scale").Should().BeSameAs(net.scale);
        FluentActions.Invoking(() => net.to(int64)).Should().Throw<ArgumentException>();
        net.to(CPU).Should().BeSameAs(net);
        values.Dispose();
    }

    [Fact]
    public void Conversion_takes_gradients_along()
    {
        using var scope = NewDisposeScope();
        var linear = Linear(2, 1);
        linear.call(ones(1, 2)).sum().backward();
        linear.to(float64);
        linear.weight.grad!.dtype.Should().Be(ScalarType.Float64);
        linear.weight.grad!.ShouldBe(1, 1);
    }

    [Fact]
    public void Training_and_evaluation_reach_all_modules()
    {
        using var net = new Net();
        net.training.Should().BeTrue();
        net.eval();
        net.training.Should().BeFalse();
        net.rest[1].training.Should().BeFalse();
        net.train();
        net.rest[1].training.Should().BeTrue();
        var seen = new List<string>();
        net.apply(m => seen.Add(m.GetName()));
        seen.Should().Equal("Linear", "Linear", "Linear", "ModuleList", "Net");
    }

    [Fact]
    public void Gradients_are_removed_or_zeroed()
    {
        using var scope = NewDisposeScope();
        var net = new Net();
        net.call(ones(3, 2)).sum().backward();
        net.scale.grad.Should().NotBeNull();
        net.zero_grad(set_to_none: false);
        net.scale.grad!.ShouldBe(0);
        net.zero_grad();
        net.scale.grad.Should().BeNull();
    }

    [Fact]
    public void Hooks_see_and_change_what_goes_through()
    {
        using var scope = NewDisposeScope();
        var identity = Identity();
        var before = identity.register_forward_pre_hook((_, x) => x + 1);
        identity.register_forward_hook((_, _, y) => y * 10);
        identity.call(ones(1)).ShouldBe(20);
        before.remove();
        identity.call(ones(1)).ShouldBe(10);
    }

    [Fact]
    public void Disposing_a_module_disposes_its_tensors()
    {
        var net = new Net();
        var tensors = net.state_dict().Values.ToList();
        net.Dispose();
        tensors.Should().HaveCount(6).And.OnlyContain(t => t.IsInvalid);
        net.Dispose();
    }

    private sealed class Net : Module<Tensor, Tensor>
    {
        public readonly Linear first = Linear(2, 2);
        public readonly ModuleList<Linear> rest = new(Linear(2, 2, hasBias: false), Linear(2, 1, hasBias: false));
        public Parameter scale = new(ones(1));
        public Tensor running = zeros(2);

        public Net()
            : base(nameof(Net))
        {
            register_parameter("scale", scale);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = first.call(input);
            foreach (var layer in rest)
                x = layer.call(x);
            return (x * scale).MoveToOuterDisposeScope();
        }
    }
}
