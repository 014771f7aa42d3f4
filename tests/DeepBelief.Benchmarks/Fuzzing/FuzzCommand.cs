using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DeepBelief.Tests.Support;

namespace DeepBelief.Benchmarks.Fuzzing;

/// <summary>Reads as many broken files as asked for, and says what came of it.</summary>
internal static class FuzzCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many broken files to read.", DefaultValueFactory = _ => 100_000 };
        var seed = new Option<int>("--seed") { Description = "What decides, with a file's number, how it is broken.", DefaultValueFactory = _ => 1 };
        var command = new Command("fuzz", "Breaks files and reads them by every reader: each must be loaded or refused.") { count, seed };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed.GetValue(count), parsed.GetValue(seed), cancellationToken)));
        return command;
    }

    private static int Run(int count, int seed, CancellationToken cancellationToken)
    {
        var start = Stopwatch.StartNew();
        using var fuzzer = new FileFuzzer(seed);
        var report = fuzzer.Run(
            count,
            so => Console.Error.Write($"\r{so.Files} files, {so.Failures.Count} failures"),
            cancellationToken);
        Console.Error.WriteLine();

        Console.WriteLine(Invariant($"{report.Files} broken files of seed {seed} in {start.Elapsed.TotalSeconds:f0} s"));
        Console.WriteLine(Invariant($"{"reader",-16} {"loaded",10} {"refused",10}"));
        foreach (var name in report.Refused.Keys.Union(report.Loaded.Keys))
            Console.WriteLine(Invariant($"{name,-16} {report.Loaded.GetValueOrDefault(name),10} {report.Refused.GetValueOrDefault(name),10}"));
        Console.WriteLine(Invariant($"slowest {report.Slowest.TotalMilliseconds:f0} ms, most allocated {report.MostAllocated / 1024.0:f0} KiB, peak memory of the process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
        Console.WriteLine(Invariant($"{report.Failures.Count} failures"));
        foreach (var failure in report.Failures.Take(20))
            Console.WriteLine(failure);
        return report.Failures.Count == 0 ? 0 : 1;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
