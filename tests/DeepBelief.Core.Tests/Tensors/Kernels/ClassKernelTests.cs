using DeepBelief.Tensors;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed class ClassKernelTests
{
    public static TheoryData<int, int, int> Shapes => new() { { 1, 1, 1 }, { 3, 2, 15 }, { 2, 10, 16 }, { 5, 3, 257 }, { 40, 10, 500 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Logits_are_sums_of_softplus_less_those_of_the_first_class_and_means_are_sigmoids(int rows, int classes, int columns)
    {
        using var scope = torch.NewDisposeScope();
        // Far into both tails.
        var (inputs, ofClasses) = (Floats(1, 20, rows, columns), Floats(3, 2, classes, columns));
        _ = ofClasses.select(0, 0).zero_();
        var (logits, means) = (torch.full(rows, classes, 7, ScalarType.Float32), torch.full(rows, classes * columns, 7, ScalarType.Float32));
        var sums = torch.full(rows, 7, ScalarType.Float32);
        ClassKernel.Activate(inputs, ofClasses, logits, means, sums);

        // From the sums of float32, which the kernel has, too: what is measured is what the subtraction and the summation lose.
        var x = (inputs.unsqueeze(1) + ofClasses).to(ScalarType.Float64);
        var terms = torch.nn.functional.softplus(x, 1, 50);
        var expected = Enumeration.Read((terms - terms.narrow(1, 0, 1)).sum(2));
        logits.ShouldBeNear(expected, 1e-6 * (2 + Math.Sqrt(columns)));
        Enumeration.Read(logits.select(1, 0)).Should().OnlyContain(first => first == 0);
        means.ShouldBeNear(Enumeration.Read(x.sigmoid()), 2e-6);
        var ofFirst = Enumeration.Read(terms.select(1, 0).sum(dim: 1));
        sums.ShouldBeNear(ofFirst, 1e-6 * (2 + ofFirst.Max()));

        // The same where neither means nor the first class's sums are asked for.
        var alone = torch.zeros(rows, classes);
        ClassKernel.Activate(inputs, ofClasses, alone, null, null);
        Near.SameBits(alone, logits).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Means_are_weighed_and_summed(int rows, int classes, int columns)
    {
        using var scope = torch.NewDisposeScope();
        var (means, weights) = (Floats(4, 1, rows, classes * columns), Floats(5, 1, rows, classes));
        var expected = means.reshape(rows, classes, columns) * weights.unsqueeze(2);
        var sums = torch.full(rows, columns, 7, ScalarType.Float32);
        ClassKernel.Weigh(means, weights, sums);

        means.ShouldBeNear(Enumeration.Read(expected), 1e-6);
        sums.ShouldBeNear(Enumeration.Read(expected.sum(dim: 1)), 1e-5);
    }

    [Fact]
    public void Nothing_that_is_no_number_is_hidden()
    {
        using var scope = torch.NewDisposeScope();
        var (logits, means) = (torch.zeros(2, 2), torch.zeros(2, 4));
        ClassKernel.Activate(torch.tensor(new[,] { { 1f, float.NaN }, { 1f, 2f } }), torch.tensor(new[,] { { 0f, 0 }, { -1, 1 } }), logits, means, null);
        var (sums, sigmoids) = (Enumeration.Read(logits), Enumeration.Read(means));
        sums[..2].Should().Equal(double.NaN, double.NaN);
        (sigmoids[1], sigmoids[3]).Should().Be((double.NaN, double.NaN));
        sums[3].Should().BeApproximately(Math.Log(2) + Math.Log(1 + Math.Exp(3)) - Math.Log(1 + Math.E) - Math.Log(1 + Math.Exp(2)), 1e-6);
    }

    [Fact]
    public void A_unit_that_is_off_has_a_mean_of_nothing()
    {
        using var scope = torch.NewDisposeScope();
        var (logits, means) = (torch.zeros(1, 2), torch.zeros(1, 4));
        ClassKernel.Activate(torch.tensor(new[,] { { -100f, 100 } }), torch.tensor(new[,] { { 0f, 0 }, { -1, 1 } }), logits, means, null);
        // The least floats would go through all products that follow, some as subnormals.
        Enumeration.Read(means).Should().Equal(0, 1, 0, 1);
        Enumeration.Read(logits).Should().Equal(0, 1);
    }

    private static Tensor Floats(ulong seed, double scale, params long[] shape)
    {
        using var generator = new Generator(seed);
        return torch.randn(shape, generator: generator) * scale;
    }
}
