using DeepBelief.Samples.Reporting.Charts;

namespace DeepBelief.Samples.Tests.Reporting;

public sealed class TickTests
{
    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(0.1, 0.3, new[] { 0.1, 0.15, 0.2, 0.25, 0.3 })]
    [InlineData(0.12, 0.98, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-7, 12, new[] { -10.0, -5, 0, 5, 10, 15 })]
    [InlineData(93.1, 97.9, new[] { 93.0, 94, 95, 96, 97, 98 })]
    [InlineData(0, 60_000, new[] { 0.0, 20_000, 40_000, 60_000 })]
    public void Linear_ticks_are_round_and_enclose_the_range(double minimum, double maximum, double[] ticks) =>
        Ticks.Linear(minimum, maximum).Should().Equal(ticks);

    [Theory]
    [InlineData(1, 5, new[] { 1.0, 2, 3, 4, 5 })]
    [InlineData(1, 2, new[] { 1.0, 2 })]
    [InlineData(1, 1, new[] { 0.0, 1, 2 })]
    [InlineData(1, 20, new[] { 0.0, 5, 10, 15, 20 })]
    public void Ticks_of_counts_are_whole(double minimum, double maximum, double[] ticks) =>
        Ticks.Linear(minimum, maximum, smallestStep: 1).Should().Equal(ticks);

    [Fact]
    public void A_single_value_has_room_on_both_sides()
    {
        foreach (var value in new[] { 0, 5.0, -0.3 })
        {
            var ticks = Ticks.Linear(value, value);
            ticks[0].Should().BeLessThan(value);
            ticks[^1].Should().BeGreaterThan(value);
        }
    }

    [Theory]
    [InlineData(100, 60_000, new[] { 100.0, 1_000, 10_000 })]
    [InlineData(0.008, 0.3, new[] { 0.01, 0.02, 0.05, 0.1, 0.2 })]
    [InlineData(1e-6, 1e6, new[] { 1e-6, 1e-3, 1, 1e3, 1e6 })]
    [InlineData(2.2, 4.1, new[] { 2.5, 3, 3.5, 4 })]
    public void Logarithmic_ticks_are_few_and_within_the_range(double minimum, double maximum, double[] ticks) =>
        Ticks.Logarithmic(minimum, maximum).Should().Equal(ticks);
}
