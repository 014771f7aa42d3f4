using DeepBelief.Data;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Data;

public sealed class DataTests
{
    [Fact]
    public void Trial_data_has_two_kinds_of_rows_in_random_order()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        data.shape.Should().Equal(2000, 10);
        Enumeration.Read(data).Should().OnlyContain(x => x == 0 || x == 1);
        // The sum of a row is binomial: mean 7.5 or 2.5, variance 1.875, so over both kinds mean 5 and variance 8.125.
        var sums = Enumeration.Read(data.sum(1));
        sums.Average().Should().BeApproximately(5, 5 * Math.Sqrt(8.125 / 2000));
        sums.Average(s => (s - 5) * (s - 5)).Should().BeApproximately(8.125, 0.8);
        // In order, the first half would average 7.5.
        sums.Take(1000).Average().Should().BeApproximately(5, 0.5);
    }

    [Fact]
    public void Trial_data_follows_its_seed()
    {
        using var scope = torch.NewDisposeScope();
        Near.SameBits(TrialDataset.Create(seed: 1), TrialDataset.Create(seed: 1)).Should().BeTrue();
        Near.SameBits(TrialDataset.Create(seed: 1), TrialDataset.Create(seed: 2)).Should().BeFalse();
        TrialDataset.Create(seed: 1, rowsPerKind: 3, bits: 4).shape.Should().Equal(6, 4);
        var none = () => TrialDataset.Create(rowsPerKind: 0);
        none.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Binarizing_compares_with_the_threshold_or_the_mean()
    {
        using var scope = torch.NewDisposeScope();
        var values = torch.tensor(new[] { 0f, 0.2f, 0.4f, 1f });
        values.Binarize().ShouldBeNear([0, 0, 0, 1], 0);
        values.Binarize(0.1).ShouldBeNear([0, 1, 1, 1], 0);
        values.Binarize(0.2f).ShouldBeNear([0, 0, 1, 1], 0);
        var integers = () => torch.tensor(new[] { 0L, 255L }).Binarize();
        integers.Should().Throw<ArgumentException>().WithMessage("*Int64*");
    }
}
