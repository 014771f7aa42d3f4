using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Samples.Tests;

public sealed class StatisticsTests
{
    [Fact]
    public void Several_values_have_a_mean_and_the_deviation_of_a_sample()
    {
        // Deviations -2, 0, 2 of the mean: a variance of 8 / (3 - 1).
        Statistics.Of([3, 5, 7]).Should().Be(new Statistics(5, 2, 3));
    }

    [Fact]
    public void One_value_has_no_deviation() => Statistics.Of([0.9]).Should().Be(new Statistics(0.9, null, 1));

    [Theory]
    [InlineData(0.96824, null, "0.9682")]
    [InlineData(0.96824, 0.00108, ".9682 ± .0011")]
    [InlineData(1.5312, 0.0, "1.5312 ± .0000")]
    [InlineData(1.0, 1.25, "1.0000 ± 1.2500")]
    public void A_figure_has_four_digits(double mean, double? deviation, string text)
        => new Statistics(mean, deviation, deviation is null ? 1 : 2).ToString().Should().Be(text);
}
