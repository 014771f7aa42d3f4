using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Data;
using DeepBelief.Distributed;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Distributed;

/// <summary>A rank of what is measured; the first says what it has found, a line of JSON for each shape.</summary>
internal static class DistributedWorker
{
    public const string Name = "distributed-worker";

    private const int LargestBatch = 100;
    private const int StepsInTurn = 10;
    private const int StepsToWarmUp = 100;
    private const int Measurements = 15;
    private const int GatheredFrom = 10_000;

    public static Command Create()
    {
        var steps = new Argument<int>("steps");
        var endure = new Option<double>("--endure");
        var command = new Command(Name, "A process of the distributed command.") { steps, endure };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            torch.set_num_threads(1);
            using var group = MpiGroup.Join();
            if (parsed.GetValue(endure) is > 0 and var minutes)
            {
                Endure(group, TimeSpan.FromMinutes(minutes));
                return;
            }

            // What .NET runs for the first time is slow.
            _ = Measure(group, ScalingShape.All[0], StepsToWarmUp);
            foreach (var shape in ScalingShape.All)
            {
                var measured = Measure(group, shape, parsed.GetValue(steps));
                if (group.Rank == 0)
                    Console.WriteLine(JsonSerializer.Serialize(measured, Worker.Json));
            }
        });
        return command;
    }

    /// <summary>The parts of a batch of 100 rows on a number of machines, and more than one batch.</summary>
    public static IReadOnlyList<int> Rows { get; } = [LargestBatch, 50, 25, 12, 6, 3, 1];

    private static ShapeMeasurement Measure(MpiGroup group, ScalingShape shape, int steps)
    {
        StepTimes[] times = group.Size == 1
            ? [.. Rows.SelectMany(rows => Times([null, group], shape, rows, steps))]
            : [.. new[] { LargestBatch, LargestBatch / group.Size }.SelectMany(rows => Times([group], shape, rows, steps))];
        using var gradient = torch.zeros(shape.Floats, ScalarType.Float32, torch.CPU);
        var sum = Median(() =>
        {
            group.Barrier();
            var begun = Stopwatch.GetTimestamp();
            group.AllReduce(gradient);
            return Stopwatch.GetElapsedTime(begun);
        });
        return new(shape, times, sum, group.Size == 1 ? Gather(shape) : 0);
    }

    /// <summary>Times of CD-1 updates with default options, of so many rows on each rank, with each of some groups in turns.</summary>
    private static List<StepTimes> Times(MpiGroup?[] groups, ScalingShape shape, int rows, int steps)
    {
        var inTurn = Math.Min(steps, StepsInTurn);
        var turns = (steps + inTurn - 1) / inTurn;
        var runs = groups.Select(group => new Run(group, shape, rows, inTurn, epochs: 1 + turns)).ToList();
        // The first turn warms up.
        for (var turn = 0; turn <= turns; turn++)
        {
            foreach (var run in runs)
                run.Train();
        }

        foreach (var run in runs)
            run.Dispose();
        return [.. runs.Select(run => run.Times(steps))];
    }

    /// <summary>The median time to read a batch of 100 rows from 10,000, as a run does before each update.</summary>
    private static double Gather(ScalingShape shape)
    {
        using var scope = torch.NewDisposeScope();
        var data = torch.empty(GatheredFrom, shape.Visible, ScalarType.Float32, torch.CPU).bernoulli_(0.2);
        using var batches = new InMemoryBatches(new(data), new TrainingOptions { BatchSize = LargestBatch });
        var rows = torch.empty(LargestBatch, shape.Visible, ScalarType.Float32, torch.CPU);
        batches.BeginEpoch(1);
        var batch = 0;
        return Median(() =>
        {
            batch++;
            var begun = Stopwatch.GetTimestamp();
            batches.Read(batch, _ => rows);
            return Stopwatch.GetElapsedTime(begun);
        });
    }

    /// <summary>The median of some measurements, in microseconds.</summary>
    private static double Median(Func<TimeSpan> measure)
    {
        var times = Enumerable.Range(0, Measurements).Select(_ => measure().TotalMicroseconds).Order().ToList();
        return times[Measurements / 2];
    }

    /// <summary>Trains for so long, and says every minute what memory it has.</summary>
    private static void Endure(MpiGroup group, TimeSpan time)
    {
        using var scope = torch.NewDisposeScope();
        var shape = ScalingShape.All[0];
        var data = torch.empty(1000, shape.Visible, ScalarType.Float32, torch.CPU).bernoulli_(0.2);
        group.Broadcast(data);
        using var rbm = Rbm.Bernoulli(shape.Visible, shape.Hidden);
        using var trainer = rbm.StartTraining(data, new() { Epochs = int.MaxValue, BatchSize = 100, Group = group });
        using var goesOn = torch.ones(1, ScalarType.Float32, torch.CPU);
        var watch = Stopwatch.StartNew();
        var said = TimeSpan.Zero;
        while (goesOn.item<float>() > 0)
        {
            _ = trainer.Train(epochs: 5);
            if (group.Rank == 0 && watch.Elapsed - said > TimeSpan.FromMinutes(1))
            {
                said = watch.Elapsed;
                GC.Collect();
                Console.WriteLine(FormattableString.Invariant($"{said.TotalMinutes:F0} min, {trainer.Epoch * 10L} updates, {Environment.WorkingSet / 1e6:F0} MB"));
            }

            using var isTime = torch.tensor(watch.Elapsed < time ? 1f : 0f);
            _ = goesOn.copy_(isTime);
            group.Broadcast(goesOn);
        }
    }

    /// <summary>A run of CD-1 whose updates are timed, but for those of the first epoch.</summary>
    private sealed class Run : IDisposable
    {
        private readonly int rows;
        private readonly int ranks;
        private readonly Tensor data;
        private readonly Rbm rbm;
        private readonly Clock source;
        private readonly Trainer<EpochMetrics> trainer;

        public Run(MpiGroup? group, ScalingShape shape, int rows, int stepsAnEpoch, int epochs)
        {
            (this.rows, ranks) = (rows, group?.Size ?? 0);
            data = torch.empty(rows * Math.Max(1, ranks), shape.Visible, ScalarType.Float32, torch.CPU).bernoulli_(0.2);
            group?.Broadcast(data);
            rbm = Rbm.Bernoulli(shape.Visible, shape.Hidden);
            source = new Clock(data, stepsAnEpoch);
            trainer = rbm.StartTraining(source, new() { Epochs = epochs, NegativePhase = new ContrastiveDivergence(), LearningRate = 0.01, EvaluationRows = 1, Group = group });
        }

        /// <summary>Trains for an epoch.</summary>
        public void Train() => trainer.Train(epochs: 1);

        public StepTimes Times(int steps) => new(rows, ranks, [.. source.Times.Take(steps)]);

        public void Dispose()
        {
            trainer.Dispose();
            rbm.Dispose();
            data.Dispose();
        }
    }

    /// <summary>Gives the same rows at each update, and notes when it is asked, from the second epoch on.</summary>
    private sealed class Clock(Tensor data, int steps) : IBatchSource
    {
        private long before;

        public int Batches => steps + 1;

        public List<double> Times { get; } = [];

        public Tensor Read(int epoch, int batch)
        {
            var now = Stopwatch.GetTimestamp();
            if (epoch > 1 && batch > 1)
                Times.Add(Stopwatch.GetElapsedTime(before, now).TotalMicroseconds);
            before = now;
            return data;
        }
    }
}
