using System.CommandLine;
using System.Globalization;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Operations;

/// <summary>The parts of a training step, one by one.</summary>
internal static class OperationsCommand
{
    private const string Details = """
        Each has the size that it has in CD-1 of 784-500 with batches of 100, and is measured in a process for 1 thread and in
        another for all cores: the median time of a call, and that time for each number of the result.
        """;

    public static Command Create()
    {
        var command = new Command("operations", "Measures the parts of a training step, one by one.");
        DetailedHelp.AddTo(command, Details);
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            try
            {
                output.WriteLine(Machine.Describe(null));
                output.WriteLine();
                var all = new MarkdownTable("operation", ">threads", ">us", ">ns an element");
                foreach (var threads in ThreadSetting.Counts)
                    all.Add(OperationsWorker.Measure(ThreadSetting.Of(threads)).Select(time => (string[])
                        [time.Name, Text(threads, "F0"), Text(time.Microseconds, "F1"), Text(1000 * time.Microseconds / time.Elements, "F2")]));
                all.Write(output);
                return 0;
            }
            catch (WorkerException e)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"error: {e.Message}");
                return 1;
            }
        });
        return command;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
