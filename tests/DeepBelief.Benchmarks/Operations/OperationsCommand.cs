using System.CommandLine;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;

namespace DeepBelief.Benchmarks.Operations;

/// <summary>The parts of a training step, one by one.</summary>
internal static class OperationsCommand
{
    // Calls are of a few microseconds and more.
    private static readonly Job Job = Job.Default.WithIterationTime(TimeInterval.FromMilliseconds(200)).WithIterationCount(15);

    public static Command Create()
    {
        var command = BenchmarkCommand.Create("operations", "Times the parts of a training step, one by one, on 1 thread and on all cores.");
        command.SetAction(parsed => BenchmarkCommand.Run<OperationBenchmarks>(parsed, Job));
        return command;
    }
}
