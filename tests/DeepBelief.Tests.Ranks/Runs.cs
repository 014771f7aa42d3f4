using System.Globalization;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief.Tests.Ranks;

internal static class Runs
{
    /// <summary>Trains a machine by persistent chains, from initial weights of its own on each rank, for some seconds.</summary>
    public static void Train(IProcessGroup group, string folder, string? checkpoint)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(300, 200, seed: group.Rank);
        var progress = new FirstEpoch(group.Rank == 0 ? folder : null);
        _ = rbm.Fit(Data(150, 300), Options(group) with { Checkpoint = checkpoint is null ? null : new() { Path = checkpoint } }, progress: progress);
        PtFile.Save(Path.Combine(folder, $"model.{group.Rank}.pt"), rbm.state_dict());
    }

    /// <summary>Trains on, and notes the memory after a third of the time and at the end.</summary>
    public static void Endure(IProcessGroup group, string folder, TimeSpan time)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(300, 200);
        using var trainer = rbm.StartTraining(Data(1000, 300), Options(group) with { BatchSize = 100, Epochs = int.MaxValue });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        long early = 0;
        using var goesOn = torch.zeros(1, ScalarType.Float32, torch.CPU);
        do
        {
            _ = trainer.Train(epochs: 10);
            if (early == 0 && watch.Elapsed > time / 3)
                early = Memory();
            using var isTime = torch.tensor(watch.Elapsed < time ? 1f : 0f);
            _ = goesOn.copy_(isTime);
            group.Broadcast(goesOn);
        }
        while (goesOn.item<float>() > 0);
        File.WriteAllText(Path.Combine(folder, $"memory.{group.Rank}"), string.Create(CultureInfo.InvariantCulture, $"{early} {Memory()} {trainer.Epoch}"));
    }

    public static void OtherData(IProcessGroup group)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(30, 20);
        _ = rbm.Fit(Data(100 + group.Rank, 30), Options(group));
    }

    private static TrainingOptions Options(IProcessGroup group) => new()
    {
        Epochs = 60,
        BatchSize = 10,
        NegativePhase = new PersistentContrastiveDivergence(1, 20),
        Seed = 3,
        Group = group,
    };

    private static Tensor Data(long rows, long columns)
    {
        using var generator = new torch.Generator(5);
        return torch.rand([rows, columns], generator: generator).round();
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }

    /// <summary>Says when some epochs of this process are over: from now on a rank can be killed in the midst of things.</summary>
    private sealed class FirstEpoch(string? folder) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            // Long enough for a test to meet the run amid its epochs.
            Thread.Sleep(20);
            if (folder is not null && value.Batch == value.Batches && !File.Exists(Path.Combine(folder, "training")))
                File.WriteAllText(Path.Combine(folder, "training"), string.Empty);
        }
    }
}
