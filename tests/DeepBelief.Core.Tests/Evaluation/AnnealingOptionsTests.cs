using DeepBelief.Evaluation;

namespace DeepBelief.Tests.Evaluation;

public sealed class AnnealingOptionsTests
{
    [Fact]
    public void The_default_schedule_is_that_of_Salakhutdinov_and_Murray()
    {
        var betas = new AnnealingOptions().Schedule.InverseTemperatures;
        betas.Should().HaveCount(14_501).And.BeInAscendingOrder();
        betas[500].Should().Be(0.5);
        betas[4500].Should().Be(0.9);
        betas[14_500].Should().Be(1);
        betas[1].Should().BeApproximately(0.001, 1e-12);
        betas[501].Should().BeApproximately(0.5001, 1e-12);
        betas[4501].Should().BeApproximately(0.90001, 1e-12);
        new AnnealingOptions().Chains.Should().Be(100);
    }

    [Fact]
    public void Schedules_go_from_0_to_1()
    {
        AnnealingSchedule.Uniform(4).InverseTemperatures.Should().Equal(0, 0.25, 0.5, 0.75, 1);
        new AnnealingSchedule([0, 0.3, 1]).Steps.Should().Be(2);
        double[][] wrong = [[0.1, 1], [0, 0.9], [0, 0.5, 0.5, 1], [0], [], [0, double.NaN, 1]];
        foreach (var values in wrong)
        {
            var make = () => new AnnealingSchedule(values);
            make.Should().Throw<ArgumentException>().WithMessage("*ascend from 0 to 1*");
        }

        var noSteps = () => AnnealingSchedule.Uniform(0);
        noSteps.Should().Throw<ArgumentOutOfRangeException>();
        var back = () => AnnealingSchedule.Piecewise((3, 0.5), (3, 0.4), (3, 1));
        back.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var chains = () => new AnnealingOptions { Chains = 1 }.Validate();
        chains.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Chains*2 or more*1*");
        var steps = () => new AnnealingOptions { SampleSteps = 0 }.Validate();
        steps.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*SampleSteps*");
        var leapfrog = () => new AnnealingOptions { LeapfrogSteps = 0 }.Validate();
        leapfrog.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*LeapfrogSteps*1 or more*");
    }
}
