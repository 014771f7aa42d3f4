using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Data;
using DeepBelief.Distributed;
using DeepBelief.Sampling;

namespace DeepBelief.Benchmarks.Distributed;

/// <summary>A rank of what is measured; the first says what it has found, a line of JSON for each shape.</summary>
internal static class DistributedWorker
{
    public const string Name = "distributed-worker";

    private const int Sums = 15;

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
    public static IReadOnlyList<int> Rows { get; } = [100, 50, 25, 12, 6, 3, 1];

    private static ShapeMeasurement Measure(MpiGroup group, ScalingShape shape, int steps)
    {
        var times = new List<StepTimes>();
        if (group.Size == 1)
        {
            times.AddRange(Rows.Select(rows => Times(null, shape, rows, steps)));
            times.AddRange(Rows.Select(rows => Times(group, shape, rows, steps)));
        }
        else
        {
            times.Add(Times(group, shape, 100, steps));
            times.Add(Times(group, shape, 100 / group.Size, steps));
        }

        using var gradient = torch.zeros(shape.Floats, ScalarType.Float32, torch.CPU);
        var sums = new double[Sums];
        for (var i = 0; i < Sums; i++)
        {
            group.Barrier();
            var begun = Stopwatch.GetTimestamp();
            group.AllReduce(gradient);
            sums[i] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
        }

        Array.Sort(sums);
        return new(shape, [.. times], sums[Sums / 2]);
    }

    /// <summary>Times of CD-1 updates with default options, of so many rows on each rank.</summary>
    private static StepTimes Times(MpiGroup? group, ScalingShape shape, int rows, int steps)
    {
        using var scope = torch.NewDisposeScope();
        using var data = torch.empty(rows * (group?.Size ?? 1), shape.Visible, ScalarType.Float32, torch.CPU).bernoulli_(0.2);
        group?.Broadcast(data);
        using var rbm = Rbm.Bernoulli(shape.Visible, shape.Hidden);
        var source = new Clock(data, steps);
        _ = rbm.Fit(source, new() { Epochs = 2, NegativePhase = new ContrastiveDivergence(), LearningRate = 0.01, EvaluationRows = 1, Group = group });
        return new(rows, group?.Size ?? 0, source.Times);
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

    /// <summary>Gives the same rows at each update, and notes when it is asked, in the second epoch.</summary>
    private sealed class Clock(Tensor data, int steps) : IBatchSource
    {
        private readonly double[] times = new double[steps];
        private long before;

        public int Batches => steps + 1;

        public double[] Times => times;

        public Tensor Read(int epoch, int batch)
        {
            var now = Stopwatch.GetTimestamp();
            if (epoch == 2 && batch > 1)
                times[batch - 2] = Stopwatch.GetElapsedTime(before, now).TotalMicroseconds;
            before = now;
            return data;
        }
    }
}
