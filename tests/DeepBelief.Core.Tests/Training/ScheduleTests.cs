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
    }

    [Fact]
    public void Schedules_are_values()
    {
        Schedule.Linear(1, 0).Should().Be(Schedule.Linear(1, 0)).And.NotBe(Schedule.Linear(1, 0.5));
        new TrainingOptions { LearningRate = 0.1 }.Should().Be(new TrainingOptions { LearningRate = 0.1 });
    }

    [Fact]
    public void They_say_what_they_are() => Schedule.Switch(0.5, 6, 0.9).ToString().Should().Be("0.5, 0.9 from epoch 6");
}
