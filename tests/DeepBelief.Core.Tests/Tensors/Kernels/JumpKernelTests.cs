using DeepBelief.Tensors;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed class JumpKernelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 15)]
    [InlineData(2, 16)]
    [InlineData(5, 50)]
    [InlineData(200, 100)]
    public void Logarithms_of_sums_are_those_of_torch(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        // Exponentials of such numbers have no sum in float32, nor in float64.
        var scores = (torch.randn(new long[] { rows, columns }, generator: generator) * 20) + 1000;
        var normalizers = torch.randn(new long[] { columns }, generator: generator) * 20;
        var expected = 2 - (scores.to(ScalarType.Float64) - normalizers.to(ScalarType.Float64)).logsumexp(1);

        var totals = torch.full(rows, 2.0, ScalarType.Float64);
        JumpKernel.SubtractLogSum(scores, normalizers, totals);
        // Of numbers around a thousand, float32 has four decimals.
        totals.ShouldBeNear(expected, 2e-4);
    }

    [Fact]
    public void A_row_takes_its_offer_if_the_number_drawn_is_below_the_ratio_of_the_weights()
    {
        using var scope = torch.NewDisposeScope();
        var rows = torch.zeros(4, 3);
        var offers = torch.arange(1, 13, ScalarType.Float32).reshape(4, 3);
        // Ratios 2, 0.5, 0.5 and, as where weights are no numbers any more, none.
        var logWeights = torch.tensor(new[] { 1, 0, 3, 0, 1 + Math.Log(2), Math.Log(0.5), 3 + Math.Log(0.5), double.NaN });
        var uniform = torch.tensor(new[] { 0.999, 0.51, 0.49, 0.01 });

        JumpKernel.Accept(rows, offers, logWeights, uniform).Should().Be(2);
        Enumeration.Read(rows).Should().Equal(1, 2, 3, 0, 0, 0, 7, 8, 9, 0, 0, 0);
    }

    [Fact]
    public void Nothing_that_is_no_number_is_hidden()
    {
        using var scope = torch.NewDisposeScope();
        var totals = torch.zeros(2, ScalarType.Float64);
        JumpKernel.SubtractLogSum(torch.tensor(new[,] { { 1f, float.NaN }, { 1f, 1f } }), torch.zeros(2), totals);
        var values = Enumeration.Read(totals);
        values[0].Should().Be(double.NaN);
        values[1].Should().BeApproximately(-1 - Math.Log(2), 1e-6);
    }
}
