using System.CommandLine;
using System.Globalization;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Memory;

/// <summary>What training needs of memory besides its data.</summary>
internal static class MemoryCommand
{
    private const double Megabyte = 1e6;

    private const string Details = """
        Of two processes, one loads libtorch and does nothing; the other trains. Reported are the peak resident memory of
        both, how much more the second has than the first besides its data, and the managed memory that a batch allocates,
        over whole epochs.
        """;

    public static Command Create()
    {
        var rows = new Option<int>("--rows") { Description = "Rows of data.", HelpName = "N", DefaultValueFactory = _ => 60_000 };
        var command = new Command("memory", "Measures the memory that training by CD-1 needs, for 784 visible and 2,500 hidden units.") { rows };
        DetailedHelp.AddTo(command, Details);
        command.SetAction(parsed =>
        {
            try
            {
                Run(parsed.GetValue(rows), parsed.InvocationConfiguration.Output);
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

    private static void Run(int rows, TextWriter output)
    {
        var idle = MemoryWorker.Measure(rows: 0);
        var training = MemoryWorker.Measure(rows);
        output.WriteLine(Machine.Describe(null));
        output.WriteLine();
        new MarkdownTable("memory", ">MB")
            .Add(
            [
                ["peak of an idle process with libtorch loaded", Text(idle.PeakBytes)],
                ["peak of a process that trains", Text(training.PeakBytes)],
                ["data", Text(training.DataBytes)],
                ["training beyond both", Text(training.PeakBytes - idle.PeakBytes - training.DataBytes)],
            ])
            .Write(output);
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Managed memory allocated: {training.ManagedBytesPerBatch:N0} bytes a batch."));
    }

    private static string Text(long bytes) => (bytes / Megabyte).ToString("F0", CultureInfo.InvariantCulture);
}
