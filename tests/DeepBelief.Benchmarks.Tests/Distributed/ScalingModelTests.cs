using DeepBelief.Benchmarks.Distributed;

namespace DeepBelief.Benchmarks.Tests.Distributed;

public sealed class ScalingModelTests
{
    private static readonly Link None = new("none", double.PositiveInfinity, 0);
    private static readonly Link Slow = new("slow", 1e6, 10);

    // 1,000 bytes take 1,000 us: two machines exchange all of them, or halves twice; eight send 14 parts of 125, or all three times.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1010)]
    [InlineData(8, (14 * 10) + 1750)]
    public void A_sum_goes_the_shorter_way(int machines, double microseconds)
        => ScalingModel.Sum(machines, 1000, Slow).Should().BeApproximately(microseconds, 1e-9);

    [Fact]
    public void Times_lie_on_lines_between_those_that_were_measured()
    {
        var model = new ScalingModel([new(100, 1, [1000]), new(50, 1, [600]), new(10, 1, [200])], 1000);
        model.Update(1, 75, None).Should().BeApproximately(800, 1e-9);
        model.Update(1, 1, None).Should().BeApproximately(200, 1e-9);
        model.SpeedUp(2, 100, None).Should().BeApproximately(1000.0 / 600, 1e-9);
        model.SpeedUp(2, 100, Slow).Should().BeApproximately(1000.0 / (600 + 1010), 1e-9);
        model.ScaleUp(8, 100, Slow).Should().BeApproximately(8 * 1000.0 / (1000 + 1890), 1e-9);
        // An update of 8 us a row, four times as long as the sum, which is 80 % of both.
        model.RowsFor(0.8, 8, Slow).Should().BeApproximately(100 + (((4 * 1890) - 1000) / 8.0), 1e-9);
        model.UpdatesFor(0.8, 8, Slow).Should().BeApproximately(4 * 1.890, 1e-9);
    }

    [Fact]
    public void All_wait_for_the_last()
    {
        var model = new ScalingModel([new(100, 1, [1, 3]), new(50, 1, [1, 3])], 0);
        // Of two coins, three times in four one shows 3: a mean of 2.5, with a deviation of 0.87 / sqrt(2000).
        model.Update(2, 50, None).Should().BeApproximately(2.5, 5 * 0.87 / Math.Sqrt(2000));
    }

    [Fact]
    public void Machines_are_worthwhile_while_they_save_a_third()
    {
        ScalingModel.Worthwhile(machines => Math.Min(machines, 8)).Should().Be(8);
        ScalingModel.Worthwhile(_ => 1).Should().Be(1);
    }

    [Fact]
    public void The_report_has_a_line_for_each_shape_and_network()
    {
        using var output = new StringWriter();
        var one = new ShapeMeasurement(new(784, 500), [.. DistributedWorker.Rows.SelectMany(rows => new StepTimes[] { new(rows, 0, [10 * rows]), new(rows, 1, [11 * rows]) })], 5, 37);
        var two = new ShapeMeasurement(new(784, 500), [new(100, 2, [1200]), new(50, 2, [700])], 480, 0);
        DistributedCommand.Report([one], [two], output);
        var lines = output.ToString().Split('\n');
        // 394,568 floats; medians in milliseconds.
        lines.Should().ContainSingle(line => line.Replace(" ", "", StringComparison.Ordinal) == "|784-500|1.58|1.00|1.10|0.70|1.20|0.48|0.037|");
        lines.Count(line => line.Contains("10 Gbit/s", StringComparison.Ordinal)).Should().Be(3);
    }
}
