using System.Globalization;
using System.Runtime.InteropServices;
using DeepBelief.Cli;

namespace DeepBelief.Samples.Tests;

public sealed class InterruptionTests
{
    [Fact]
    public void The_first_signal_is_held_back_and_the_second_is_not()
    {
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        using var interruption = new Interruption(error);
        var (first, second) = (new PosixSignalContext(PosixSignal.SIGINT), new PosixSignalContext(PosixSignal.SIGINT));

        interruption.Token.IsCancellationRequested.Should().BeFalse();
        interruption.Stop(first);
        interruption.Token.IsCancellationRequested.Should().BeTrue();
        interruption.Stop(second);

        first.Cancel.Should().BeTrue("the process goes on");
        second.Cancel.Should().BeFalse("the process ends");
        error.ToString().Should().Be($"Stopping. Once more ends the program at once.{Environment.NewLine}");
    }
}
