using DeepBelief.Tensors;
using DeepBelief.Tests.Oracles;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed class BernoulliCumulantKernelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 15)]
    [InlineData(2, 16)]
    [InlineData(5, 257)]
    [InlineData(100, 500)]
    public void Differences_are_sums_of_softplus(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        // Far into both tails, where factors of the products are 1 and 2.
        var inputs = torch.randn(new long[] { rows, columns }, generator: generator) * 30;
        var bias = torch.randn(new long[] { columns }, generator: generator);
        var (x, b) = (inputs.to(ScalarType.Float64), bias.to(ScalarType.Float64));
        var (from, to) = ((double)0.7f, (double)0.71f);
        var expected = Enumeration.Read((Softplus(x * to + b) - Softplus(x * from + b)).sum(1));

        var totals = torch.full(rows, 2.0, ScalarType.Float64);
        BernoulliCumulantKernel.AddDifference(inputs, bias, from, to, totals);
        foreach (var (total, sum) in Enumeration.Read(totals).Zip(expected))
            total.Should().BeApproximately(2 + sum, 2e-6 * columns);

        static Tensor Softplus(Tensor x) => torch.nn.functional.softplus(x, 1, 50);
    }

    [Fact]
    public void Nothing_that_is_no_number_is_hidden()
    {
        using var scope = torch.NewDisposeScope();
        var inputs = torch.tensor(new[,] { { 1f, float.NaN }, { 1f, 2f } });
        var totals = torch.zeros(2, ScalarType.Float64);
        BernoulliCumulantKernel.AddDifference(inputs, torch.zeros(2), 0, 1, totals);
        var values = Enumeration.Read(totals);
        values[0].Should().Be(double.NaN);
        values[1].Should().BeApproximately(Math.Log((1 + Math.E) / 2) + Math.Log((1 + Math.Exp(2)) / 2), 1e-6);
    }
}
