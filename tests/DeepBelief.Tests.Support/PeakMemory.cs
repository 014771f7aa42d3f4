using System.Globalization;

namespace DeepBelief.Tests.Support;

/// <summary>How far what the process has in memory rises above what it is at the start; on Linux alone.</summary>
internal sealed class PeakMemory
{
    private readonly double before;

    public PeakMemory()
    {
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak is now what is in use
        before = Peak();
    }

    /// <summary>The rise so far, in MB.</summary>
    public double Rise => Peak() - before;

    private static double Peak()
        => double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1e3;
}
