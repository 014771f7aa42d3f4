using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

public sealed class ScheduleTests
{
    [Fact]
    public void Values_follow_the_definitions()
    {
        Schedule constant = 0.3;
        Enumerable.Range(1, 3).Select(e => constant.At(e, 3)).Should().Equal(0.3, 0.3, 0.3);
        Enumerable.Range(1, 5).Select(e => Schedule.Linear(1, 0).At(e, 5)).Should().Equal(1, 0.75, 0.5, 0.25, 0);
        Schedule.Linear(1, 0).At(1, 1).Should().Be(1);
        Enumerable.Range(1, 4).Select(e => Schedule.Switch(0.5, 3, 0.9).At(e, 4)).Should().Equal(0.5, 0.5, 0.9, 0.9);
        // Half after three times the scale.
        Enumerable.Range(0, 4).Select(n => Schedule.InverseSquareRoot(0.6, 5).At(1 + (5 * n), 20)).Should().Equal([0.6, 0.6 / Math.Sqrt(2), 0.6 / Math.Sqrt(3), 0.3], Near);

        static bool Near(double one, double other) => Math.Abs(one - other) < 1e-15;
    }

    [Fact]
    public void A_schedule_of_a_user_s_own_drives_a_run_and_is_checked_as_epochs_begin()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(4, 3);
        var rows = Make.Bits(1, 20, 4).to(ScalarType.Float32);
        var history = rbm.Fit(rows, new() { Epochs = 3, LearningRate = new Own(epoch => 1.0 / (epoch * epoch)) });
        history.Epochs.Select(epoch => epoch.LearningRate).Should().Equal(1, 1.0 / 4, 1.0 / 9);

        foreach (var wrong in new[] { double.NaN, double.PositiveInfinity, -0.1 })
        {
            var fit = () => rbm.Fit(rows, new() { Epochs = 3, LearningRate = new Own(epoch => epoch == 2 ? wrong : 0.1) });
            fit.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("LearningRate").WithMessage("*epoch 2*");
        }
    }

    [Fact]
    public void Schedules_are_values()
    {
        Schedule.Linear(1, 0).Should().Be(Schedule.Linear(1, 0)).And.NotBe(Schedule.Linear(1, 0.5));
        new TrainingOptions { LearningRate = 0.1 }.Should().Be(new TrainingOptions { LearningRate = 0.1 });
    }

    [Fact]
    public void They_say_what_they_are() => Schedule.Switch(0.5, 6, 0.9).ToString().Should().Be("0.5, 0.9 from epoch 6");

    private sealed record Own(Func<int, double> Value) : Schedule
    {
        public override double At(int epoch, int epochs) => Value(epoch);
    }
}
