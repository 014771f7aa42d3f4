using System.Diagnostics;
using DeepBelief.Benchmarks.Training;

namespace DeepBelief.Benchmarks.Operations;

/// <summary>Times operations of a few microseconds and more.</summary>
internal static class OperationTimer
{
    private const int Series = 15;
    private static readonly TimeSpan SeriesTime = TimeSpan.FromMilliseconds(20);

    /// <summary>Median over series of calls, of which each is long enough for the clock; the first, for warming up, sets how long.</summary>
    public static OperationTime Measure(string name, long elements, Action operation)
    {
        var calls = 0;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < 4 * SeriesTime)
        {
            Call(operation);
            calls++;
        }

        calls = (calls + 3) / 4;
        var times = new double[Series];
        for (var i = 0; i < Series; i++)
        {
            start = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++)
                Call(operation);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
        }

        return new(name, elements, Median.Of(times));
    }

    // Results are let go at once, as in a training loop.
    private static void Call(Action operation)
    {
        using var scope = torch.NewDisposeScope();
        operation();
    }
}
