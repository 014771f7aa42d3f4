using System.Diagnostics;
using System.Globalization;

namespace DeepBelief.Benchmarks.Files;

/// <summary>How long something took, and how much memory the process had at most more than before.</summary>
internal readonly record struct Measurement(double Milliseconds, double Mebibytes)
{
    public static Measurement Of(Action action)
    {
        GC.Collect();
        var before = Memory("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5"); // The peak counts from now.
        var start = Stopwatch.GetTimestamp();
        action();
        var took = Stopwatch.GetElapsedTime(start);
        return new(took.TotalMilliseconds, (Memory("VmHWM") - before) / 1024);
    }

    public static Measurement Parse(string line)
    {
        var numbers = line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new(numbers[0], numbers[1]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds:f1} {Mebibytes:f1}");

    // In KiB.
    private static double Memory(string name)
        => double.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture);
}
