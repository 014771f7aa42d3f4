using DeepBelief.Tensors;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors;

/// <summary>What units and models of a user's own are made of.</summary>
public sealed class ParameterTests
{
    [Fact]
    public void Parameters_outlive_the_scope_and_the_mode_in_which_they_are_made()
    {
        Parameter zeros, values;
        using (torch.inference_mode(true))
        using (torch.NewDisposeScope())
            zeros = Parameters.Zeros(3);
        using (torch.NewDisposeScope())
            values = Parameters.Create(torch.tensor(new[] { 1f, 2 }));

        zeros.ShouldBeNear([0, 0, 0], 0);
        values.ShouldBeNear([1, 2], 0);
        (zeros.dtype, zeros.requires_grad).Should().Be((ScalarType.Float32, true));
        // A tensor of inference mode could not be trained.
        using var scope = torch.NewDisposeScope();
        zeros.sum().backward();
        zeros.grad!.ShouldBeNear([1, 1, 1], 0);
        zeros.Dispose();
        values.Dispose();
    }

    [Fact]
    public void Parameters_are_untouched_as_long_as_they_are_zeros_to_be_trained()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = Parameters.Zeros(2);
        Parameters.IsUntouched(parameter).Should().BeTrue();
        parameter.requires_grad = false;
        Parameters.IsUntouched(parameter).Should().BeFalse();
        parameter.requires_grad = true;

        // As a leaf of autograd, outside of no_grad.
        Parameters.Assign(parameter, torch.tensor(new[] { 0f, 1e-30f }));
        Parameters.IsUntouched(parameter).Should().BeFalse();
        parameter.ShouldBeNear([0, 1e-30], 1e-36);
        (parameter.is_leaf, parameter.requires_grad).Should().Be((true, true));
    }

    [Fact]
    public void Gradients_are_added_to_what_is_there_and_spare_fixed_parameters()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = Parameters.Zeros(2);
        var gradient = torch.tensor(new[] { 1f, -2 });
        Gradients.Add(parameter, gradient, 0.5);
        parameter.grad!.ShouldBeNear([0.5, -1], 0);
        Gradients.Add(parameter, gradient);
        parameter.grad!.ShouldBeNear([1.5, -3], 0);
        gradient.ShouldBeNear([1, -2], 0);

        var isFixed = Parameters.Zeros(2);
        isFixed.requires_grad = false;
        Gradients.Add(isFixed, gradient);
        isFixed.grad.Should().BeNull();
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var none = () => Parameters.Zeros(0);
        none.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("size");
        var untouched = () => Parameters.IsUntouched(null!);
        untouched.Should().Throw<ArgumentNullException>().WithParameterName("parameter");
        var create = () => Parameters.Create(null!);
        create.Should().Throw<ArgumentNullException>().WithParameterName("data");
        using var scope = torch.NewDisposeScope();
        var repeated = () => Gradients.Add(Parameters.Zeros(3), torch.ones(1));
        repeated.Should().Throw<ArgumentException>().WithMessage("*shape [3], found [1]*").WithParameterName("gradient");
    }
}
