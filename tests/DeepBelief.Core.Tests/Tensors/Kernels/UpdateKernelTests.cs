using DeepBelief.Tensors;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed class UpdateKernelTests
{
    public static TheoryData<int, int> Sizes => new() { { 1, 1 }, { 3, 15 }, { 4, 16 }, { 5, 50 }, { 70, 784 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_step_with_factors_of_columns_is_one_of_the_matrix_that_is_scaled_before_and_after(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        var (weight, gradient, factors) = Matrices(rows, columns);
        var (momentum, expectedMomentum) = (torch.ones_like(weight), torch.ones_like(weight));
        var expected = weight * factors;
        UpdateKernel.Sgd(expected, gradient / factors, expectedMomentum, keep: 0.9, decay: 0.01, rate: 0.1);
        _ = expected.div_(factors);

        UpdateKernel.Sgd(weight, gradient, momentum, keep: 0.9, decay: 0.01, rate: 0.1, factors: factors);
        Near.SameBits(weight, expected).Should().BeTrue();
        Near.SameBits(momentum, expectedMomentum).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void So_is_one_of_Adam(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        var (weight, gradient, factors) = Matrices(rows, columns);
        var (mean, square, expectedMean, expectedSquare) = (torch.ones_like(weight), torch.ones_like(weight), torch.ones_like(weight), torch.ones_like(weight));
        var expected = weight * factors;
        UpdateKernel.Adam(expected, gradient / factors, expectedMean, expectedSquare, 0.9, 0.999, decay: 0.01, step: 0.1, scale: 2, epsilon: 1e-8);
        _ = expected.div_(factors);

        UpdateKernel.Adam(weight, gradient, mean, square, 0.9, 0.999, decay: 0.01, step: 0.1, scale: 2, epsilon: 1e-8, factors: factors);
        Near.SameBits(weight, expected).Should().BeTrue();
        Near.SameBits(mean, expectedMean).Should().BeTrue();
        Near.SameBits(square, expectedSquare).Should().BeTrue();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 15)]
    [InlineData(600, 64)]
    [InlineData(300, 100)]
    [InlineData(70, 784)]
    public void Column_sums_of_products_are_those_of_torch(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        var (a, b, _) = Matrices(rows, columns);
        var expected = (a.to(ScalarType.Float64) * b.to(ScalarType.Float64)).sum(dim: 0);
        ProductSums.Of(a, b).ShouldBeNear(expected, 1e-4);
        ProductSums.Of(a.to(ScalarType.Float64), b.to(ScalarType.Float64)).ShouldBeNear(expected, 1e-12);
        ProductSums.Of(a.t().contiguous().t(), b).ShouldBeNear(expected, 1e-4);
    }

    private static (Tensor A, Tensor B, Tensor Factors) Matrices(int rows, int columns)
    {
        using var generator = new Generator(3);
        return (Normal(rows, columns), Normal(rows, columns), torch.rand(new long[] { columns }, generator: generator) + 0.5);

        Tensor Normal(long n, long m) => torch.randn(new[] { n, m }, generator: generator);
    }
}
