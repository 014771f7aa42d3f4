using DeepBelief.Tensors;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Tensors;

/// <summary>The type of new tensors that do not name theirs is the caller's to choose, and nothing here depends on it.</summary>
public sealed class DefaultTypeTests : IDisposable
{
    private readonly ScalarType before = torch.get_default_dtype();

    public static TheoryData<string> Names => [.. Computations.Names];

    public void Dispose() => torch.set_default_dtype(before);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Names))]
    public void Results_are_the_same_to_the_bit_whatever_the_default_type(string computation)
    {
        torch.set_default_dtype(ScalarType.Float32);
        var expected = Computations.Run(computation);
        expected.Should().NotBeEmpty();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16 })
        {
            torch.set_default_dtype(type);
            Computations.Run(computation).Should().Equal(expected, "{0} is for tensors that do not name theirs", type);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Models_are_of_32_bit_floats_unless_told_otherwise(ScalarType type)
    {
        torch.set_default_dtype(type);
        using var units = new GaussianUnits(3);
        using var rbm = Rbm.Bernoulli(3, 2);
        using var classes = ClassificationRbm.Bernoulli(3, 2, 2);
        using var classifier = Classifier.Random([3, 2], 2);
        torch.nn.Module[] modules = [units, rbm, classes, classifier];
        modules.SelectMany(module => module.parameters()).Should().OnlyContain(parameter => parameter.dtype == ScalarType.Float32);
    }

    [Fact]
    public unsafe void A_kernel_gets_no_address_of_elements_of_another_type_or_order()
    {
        using var doubles = torch.zeros(4, 4, ScalarType.Float64);
        using var floats = torch.zeros(4, 4, ScalarType.Float32);
        using var turned = floats.narrow(1, 0, 2);
        var asked = new Action[]
        {
            () => TensorMemory.Floats(doubles),
            () => TensorMemory.Floats(turned),
            () => TensorMemory.Doubles(floats),
            () => TensorMemory.Integers(floats),
            () => BernoulliKernel.Activate(doubles, doubles, doubles, doubles, 0),
        };
        foreach (var action in asked)
            action.Should().Throw<ArgumentException>().WithMessage("Expected contiguous elements of type*");
        ((nint)TensorMemory.Floats(floats)).Should().NotBe(0);
    }
}
