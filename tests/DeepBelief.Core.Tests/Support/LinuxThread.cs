using System.Globalization;
using System.Runtime.ExceptionServices;

namespace DeepBelief.Tests.Support;

/// <summary>What Linux says of the calling thread; tests that ask are skipped where there is no Linux or only one core.</summary>
internal static class LinuxThread
{
    private const string AllowedCores = "Cpus_allowed_list:";

    /// <summary>The numbers of the cores it may run on: a list of ranges, "0-3,8".</summary>
    public static IReadOnlySet<int> Cores
    {
        get
        {
            Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Needs Linux on a machine with two cores or more.");
            return File.ReadLines("/proc/thread-self/status")
                .First(line => line.StartsWith(AllowedCores, StringComparison.Ordinal))[AllowedCores.Length..]
                .Split(',')
                .Select(range => range.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray())
                .SelectMany(ends => Enumerable.Range(ends[0], ends[^1] - ends[0] + 1))
                .ToHashSet();
        }
    }

    /// <summary>Runs something on a thread of its own, which then ends and takes with it what was changed of it.</summary>
    public static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
