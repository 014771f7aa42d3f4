using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Training;

namespace DeepBelief.Benchmarks.Tests.Training;

public sealed class ResultTests
{
    [Fact]
    public void The_ratio_is_the_median_of_the_repetitions_ratios_and_not_the_ratio_of_the_medians()
    {
        var result = CaseResult.From("a", 2, [new(1, 10), new(4, 8), new(3, 5), new(2, 20), new(5, 6)]);

        result.SamplesPerS.Should().Be(3);
        result.CeilingSamplesPerS.Should().Be(8);
        result.Ratio.Should().Be(0.5);
        result.Min.Should().Be(0.1);
        result.Max.Should().BeApproximately(5.0 / 6, 1e-12);
        result.WarmRatio.Should().BeNull();
    }

    [Fact]
    public void The_ratio_to_the_warm_ceiling_stands_beside_it()
    {
        var result = CaseResult.From("a", 2, [new(1, 10, 20), new(4, 8, 16), new(3, 5, 12)]);

        (result.CeilingSamplesPerS, result.Ratio).Should().Be((8, 0.5));
        (result.WarmCeilingSamplesPerS, result.WarmRatio).Should().Be((16, 0.25));
    }

    [Fact]
    public void A_case_whose_ceiling_is_missing_keeps_its_speed()
    {
        var result = CaseResult.From("a", 2, [new(1), new(4), new(3)]);

        result.Should().Be(new CaseResult("a", 2, 3, null, null, null, null));
    }

    [Fact]
    public void A_peers_multiple_is_the_median_over_repetitions_that_were_done_next_to_each_other()
    {
        var result = PeerResult.From("peer", "default", ours: [10, 40, 90], theirs: [10, 10, 30]);

        result.SamplesPerS.Should().Be(10);
        result.Multiple.Should().Be(3);
        result.Min.Should().Be(1);
        result.Max.Should().Be(4);
    }

    [Fact]
    public void The_median_of_an_even_number_of_values_is_the_mean_of_the_two_in_the_middle()
        => Median.Of([4, 1, 3, 2]).Should().Be(2.5);

    [Fact]
    public void A_plain_thread_setting_takes_the_variables_of_its_parent_away()
    {
        var environment = new Dictionary<string, string?> { ["OMP_NUM_THREADS"] = "7", ["PATH"] = "here" };

        ThreadSetting.Default.Apply(environment);
        environment.Should().Equal(new Dictionary<string, string?> { ["PATH"] = "here" });

        ThreadSetting.Of(3).Apply(environment);
        environment.Should().Contain("OMP_NUM_THREADS", "3").And.Contain("MKL_NUM_THREADS", "3").And.Contain("OPENBLAS_NUM_THREADS", "3").And.Contain("DOTNET_PROCESSOR_COUNT", "3");
    }
}
