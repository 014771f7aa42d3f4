using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>
/// How far from each other the cores are that two threads get. Those that share a cache exchange a message several times as
/// fast as others, and two threads that work on the same weights notice. On a virtual machine it may change any moment.
/// </summary>
internal static class CoreDistance
{
    private const int Tries = 20;
    private const int Rounds = 1000;

    /// <summary>Nanoseconds that a message between two threads takes there and back: the least mean of 1000 in 20 tries.</summary>
    public static double RoundTrip()
    {
        var ball = new Ball();
        var other = new Thread(() =>
        {
            for (var i = 1; i < 2 * Tries * Rounds; i += 2)
            {
                Await(ball, i);
                Volatile.Write(ref ball.At, i + 1);
            }
        })
        { IsBackground = true };
        other.Start();

        var least = TimeSpan.MaxValue;
        for (var i = 0; i < 2 * Tries * Rounds;)
        {
            var start = Stopwatch.GetTimestamp();
            for (var end = i + (2 * Rounds); i < end; i += 2)
            {
                Volatile.Write(ref ball.At, i + 1);
                Await(ball, i + 2);
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            least = elapsed < least ? elapsed : least;
        }

        other.Join();
        return least.TotalNanoseconds / Rounds;
    }

    // Now and then the other thread may need this one's core.
    private static void Await(Ball ball, int at)
    {
        for (var looks = 1; Volatile.Read(ref ball.At) != at; looks++)
        {
            if (looks % 10_000 == 0)
                _ = Thread.Yield();
        }
    }

    /// <summary>Alone in its cache line, and in that next to it, which some processors fetch along.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private sealed class Ball
    {
        [FieldOffset(128)]
        public int At;
    }
}
