using DeepBelief.Samples.Reporting.Charts;
using TorchSharp;

namespace DeepBelief.Samples.Tests.Reporting;

public sealed class HistogramTests
{
    private static readonly Bins Quarters = new(0, 1, 4);

    [Fact]
    public void Shares_are_counted_with_both_ends_and_without_what_lies_beyond()
    {
        float[] values = [0, 0.1f, 0.25f, 0.6f, 1, 1, -0.01f, 1.01f, float.NaN, 0.3f];

        Quarters.Shares(values).Should().BeEquivalentTo([0.2, 0.2, 0.1, 0.2], options => options.WithStrictOrdering()
            .Using<double>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-12)).WhenTypeIs<double>());
        Quarters.Shares([]).Should().Equal(0, 0, 0, 0);
    }

    [Fact]
    public void A_tensor_of_any_shape_is_counted_whole()
    {
        using var tensor = torch.tensor(new[] { 0.0f, 0.3f, 0.6f, 0.7f }).reshape(2, 2);

        Quarters.Shares(tensor).Should().Equal(0.25, 0.25, 0.5, 0);
    }

    [Fact]
    public void Bars_are_as_high_as_their_shares()
    {
        var html = new Histogram("Activity", new Axis("probability"), Quarters, ("a", [0.5, 0, 0.25, 0.25])).ToHtml();

        // From the left: up to 50 %, down to 0, up to 25 % twice, down.
        var outline = (string)html.Descendants("path").Single(path => (string?)path.Attribute("class") == "area").Attribute("d")!;
        var heights = outline.Split('V')[1..].Select(part => part.Split('H', 'Z')[0]).Select(double.Parse).ToArray();
        var floor = heights[^1];
        heights[1].Should().Be(floor);
        (floor - heights[0]).Should().BeApproximately(2 * (floor - heights[2]), 0.03).And.BeGreaterThan(100);
        heights[3].Should().Be(heights[2]);
        html.Descendants("desc").Single().Value.Should().Be("Histogram of probability. a: most values, 50.0 %, between 0 and 0.25.");
        html.Descendants("li").Should().BeEmpty("a single set needs no legend");
    }

    [Fact]
    public void Sets_on_top_of_each_other_have_a_legend()
    {
        var html = new Histogram("Weights", new Axis("weight"), Quarters, ("before", [1, 0, 0, 0]), ("after", [0, 0, 0, 0])).ToHtml();

        html.Descendants("li").Select(li => li.Value).Should().Equal("before", "after");
        html.ToString().Should().NotContain("NaN");
    }
}
