using DeepBelief.Tensors;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed class ClassKernelTests
{
    public static TheoryData<int, int, int> Shapes => new() { { 1, 1, 1 }, { 3, 2, 15 }, { 2, 10, 16 }, { 5, 3, 257 }, { 40, 10, 500 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Logits_are_sums_of_softplus_and_means_are_sigmoids(int rows, int classes, int columns)
    {
        using var scope = torch.NewDisposeScope();
        // Far into both tails.
        var (inputs, bias, ofClasses) = (Floats(1, 20, rows, columns), Floats(2, 1, columns), Floats(3, 2, classes, columns));
        var (logits, means) = (torch.full(rows, classes, 7, ScalarType.Float32), torch.full(rows, classes * columns, 7, ScalarType.Float32));
        ClassKernel.Activate(inputs, bias, ofClasses, logits, means);

        var x = ((inputs + bias).unsqueeze(1) + ofClasses).to(ScalarType.Float64);
        var expected = Enumeration.Read(torch.nn.functional.softplus(x, 1, 50).sum(2));
        foreach (var (logit, sum) in Enumeration.Read(logits).Zip(expected))
            logit.Should().BeApproximately(sum, 2e-6 * (columns + sum));
        // A sum of three numbers, rounded in one order or another, is off by some 1e-6 of the largest.
        means.ShouldBeNear(Enumeration.Read(x.sigmoid()), 2e-6);

        // The same where no means are asked for.
        var alone = torch.zeros(rows, classes);
        ClassKernel.Activate(inputs, bias, ofClasses, alone, null);
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
        var (logits, means) = (torch.zeros(2, 1), torch.zeros(2, 2));
        ClassKernel.Activate(torch.tensor(new[,] { { 1f, float.NaN }, { 1f, 2f } }), torch.zeros(2), torch.zeros(1, 2), logits, means);
        var (sums, sigmoids) = (Enumeration.Read(logits), Enumeration.Read(means));
        sums[0].Should().Be(double.NaN);
        sigmoids[1].Should().Be(double.NaN);
        sums[1].Should().BeApproximately(Math.Log(1 + Math.E) + Math.Log(1 + Math.Exp(2)), 1e-6);
    }

    private static Tensor Floats(ulong seed, double scale, params long[] shape)
    {
        using var generator = new Generator(seed);
        return torch.randn(shape, generator: generator) * scale;
    }
}
