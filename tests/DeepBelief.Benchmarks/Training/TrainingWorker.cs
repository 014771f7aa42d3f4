using System.CommandLine;
using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.Json;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// The process that times the library: an epoch for every line it reads, with the ceiling before and after it where
/// there is one, as <see cref="Worker"/> has it.
/// </summary>
internal static class TrainingWorker
{
    private const string Name = "training-worker";

    // Long enough for a steady figure on small shapes; of the time that an epoch takes, a part.
    private static readonly TimeSpan LeastCeiling = TimeSpan.FromMilliseconds(100);
    private const double CeilingPart = 0.125;

    public static string[] Arguments(Workload workload, bool quick, int repetitions)
        => [Name, workload.Name, FormattableString.Invariant($"{repetitions}"), .. quick ? ["--quick"] : Array.Empty<string>()];

    public static Command Create()
    {
        var name = new Argument<string>("case");
        var repetitions = new Argument<int>("repetitions");
        var quick = new Option<bool>("--quick");
        var command = new Command(Name, "A process of the training command.") { name, repetitions, quick };
        command.Hidden = true;
        command.SetAction(parsed => Run(
            Workloads.Find(parsed.GetValue(name)!),
            parsed.GetValue(repetitions),
            parsed.GetValue(quick)));
        return command;
    }

    private static void Run(Workload workload, int repetitions, bool quick)
    {
        using var scope = torch.NewDisposeScope();
        if (workload.EpochsOfWholeFit is { } epochs)
        {
            RunWholeFits(workload, epochs, repetitions, quick);
            return;
        }

        using var cancellation = new CancellationTokenSource();
        var ceiling = workload.Ceiling();
        var ceilingTime = LeastCeiling;
        var before = default(Speeds);

        // The first epoch is for warming up.
        try
        {
            workload.Fit(quick, repetitions + 1, new EpochClock(Between), cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody asks any more.
        }

        void Between(int epoch, TimeSpan elapsed)
        {
            if (epoch == 1)
            {
                if (elapsed * CeilingPart > LeastCeiling)
                    ceilingTime = elapsed * CeilingPart;
                _ = Measure();
                Say(Info());
            }
            else
            {
                Say(Result(workload.Rows(quick) / elapsed.TotalSeconds, before, Measure()));
            }

            if (epoch > repetitions)
                return;
            if (Console.ReadLine() is null)
                cancellation.Cancel();
            else
                before = Measure();
        }

        Speeds Measure() => ceiling is null ? default : Speeds.Of(ceiling, ceilingTime);
    }

    /// <summary>For models and data so small that one fit is too short to be timed: a repetition is some of them.</summary>
    private static void RunWholeFits(Workload workload, int epochs, int repetitions, bool quick)
    {
        var fits = quick ? 5 : 20;
        var ceiling = workload.Ceiling()!;
        var progress = new EpochClock((_, _) => { });
        _ = Fit();
        _ = Speeds.Of(ceiling, LeastCeiling);
        Say(Info());
        for (var i = 0; i < repetitions && Console.ReadLine() is not null; i++)
        {
            var before = Speeds.Of(ceiling, LeastCeiling);
            var speed = Fit();
            Say(Result(speed, before, Speeds.Of(ceiling, LeastCeiling)));
        }

        double Fit()
        {
            var start = Stopwatch.GetTimestamp();
            for (var fit = 0; fit < fits; fit++)
                workload.Fit(quick, epochs, progress, CancellationToken.None);
            return fits * (long)epochs * workload.Rows(quick) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static Repetition Result(double samplesPerS, Speeds before, Speeds after)
        => new(samplesPerS, Mean(before.Cold, after.Cold), Mean(before.Warm, after.Warm));

    // Of the times for a row, before and after.
    private static double Mean(double before, double after) => after == 0 ? 0 : 2 / ((1 / before) + (1 / after));

    private static WorkerInfo Info() => new(
        torch.__version__,
        VectorBits: Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0);

    private static void Say<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Worker.Json));

    /// <summary>Rows a second of the products; 0 without any.</summary>
    private readonly record struct Speeds(double Cold, double Warm)
    {
        public static Speeds Of(CeilingProducts products, TimeSpan time) => new(products.MeasureCold(time), products.Measure(time));
    }
}
