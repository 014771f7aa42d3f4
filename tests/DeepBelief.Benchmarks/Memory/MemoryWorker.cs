using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Training;

namespace DeepBelief.Benchmarks.Memory;

/// <summary>The process whose memory is measured: it trains on so many rows, or on none, and says what it used.</summary>
internal static class MemoryWorker
{
    private const string Name = "memory-worker";
    private const int Visible = 784;
    private const int Hidden = 2500;
    private const int Epochs = 3;

    public static Command Create()
    {
        var rows = new Argument<int>("rows");
        var command = new Command(Name, "A process of the memory command.") { rows };
        command.Hidden = true;
        command.SetAction(parsed => Console.WriteLine(JsonSerializer.Serialize(Run(parsed.GetValue(rows)), Worker.Json)));
        return command;
    }

    /// <summary>Runs such a process, in a plain thread setting.</summary>
    public static MemoryUse Measure(int rows)
        => Worker.Ask<MemoryUse>(ThreadSetting.Default, Name, rows.ToString(CultureInfo.InvariantCulture));

    private static MemoryUse Run(int rows)
    {
        using var scope = torch.NewDisposeScope();
        if (rows == 0)
        {
            _ = torch.zeros(1);
            return new(Peak(), 0, 0);
        }

        // In place, so that making the data does not set the peak.
        var data = torch.empty(rows, Visible).bernoulli_(0.2);
        using var rbm = Rbm.Bernoulli(Visible, Hidden);
        var batches = (rows + 99) / 100;
        long start = 0, perEpoch = 0;
        // The first epoch is for what is allocated once.
        rbm.Fit(data, new() { Epochs = Epochs, BatchSize = 100 }, progress: new EpochClock((epoch, _) =>
        {
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            if (epoch == 1)
                start = allocated;
            perEpoch = (allocated - start) / Math.Max(1, epoch - 1);
        }));
        return new(Peak(), (long)rows * Visible * sizeof(float), (double)perEpoch / batches);
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
