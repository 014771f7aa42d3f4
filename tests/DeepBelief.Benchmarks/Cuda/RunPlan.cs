using DeepBelief.Benchmarks.Training;
using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Rows to learn: bits, the same with normal noise, and their classes.</summary>
internal sealed record LabelledRows(Tensor Rows, Tensor Reals, Tensor Labels)
{
    private const double Noise = 0.15;

    /// <summary>Bits of three kinds, which are the classes: every third bit is on, but for noise.</summary>
    public static LabelledRows Create(int rowsPerKind = 100)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(6);
        var labels = torch.arange(ModelCase.Classes * rowsPerKind, ScalarType.Int64).remainder(ModelCase.Classes);
        var kinds = torch.arange(ModelCase.Visible, ScalarType.Int64).remainder(ModelCase.Classes).eq(labels.unsqueeze(1));
        var rows = kinds.logical_xor(torch.rand(kinds.shape, generator: generator).lt(Noise)).to(ScalarType.Float32);
        var reals = rows + (torch.randn(rows.shape, generator: generator) * 0.5);
        return new(rows.MoveToOuterDisposeScope(), reals.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope());
    }

    public LabelledRows To(Device device, ScalarType dtype = ScalarType.Float32) => new(Rows.to(dtype, device), Reals.to(dtype, device), Labels.to(device));
}

/// <summary>How far a run is trained.</summary>
/// <param name="Epochs">The epochs of the whole run.</param>
internal sealed record RunPlan(int Epochs)
{
    /// <summary>Where the run keeps its checkpoint; null for none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The epochs after which it is given up, to go on from its checkpoint later; null for none.</summary>
    public int? Stop { get; init; }

    public long Seed { get; init; }

    /// <summary>Rows a batch; null leaves them to the run.</summary>
    public int? BatchSize { get; init; }

    /// <summary>What sees the steps of the run; null for nothing.</summary>
    public StepWatch? Watch { get; init; }

    public RunPlan WithoutCheckpoint() => this with { Checkpoint = null };

    /// <summary>The options with this plan in them.</summary>
    public T Of<T>(T options)
        where T : OptimizationOptions
        => options with
        {
            Epochs = Epochs,
            Seed = Seed,
            BatchSize = BatchSize,
            Checkpoint = Checkpoint is null ? null : new() { Path = Checkpoint },
            Optimizer = Watch is null ? options.Optimizer : new WatchedSettings(options.Optimizer, Watch),
        };

    /// <summary>Trains as far as the plan says.</summary>
    public void Run<TMetrics>(Func<Trainer<TMetrics>> start)
    {
        using var trainer = start();
        _ = trainer.Train(Stop - trainer.Epoch);
    }

    /// <summary>Trains as far as the plan says, where there is no trainer: the run is cancelled at the end of an epoch.</summary>
    public void Run(Action<IProgress<TrainingProgress>, CancellationToken> fit)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            fit(new EpochClock((epoch, _) => Stopped(epoch, cancellation)), cancellation.Token);
        }
        catch (OperationCanceledException) when (Stop is not null)
        {
            // The checkpoint has what it had learnt.
        }
    }

    private void Stopped(int epoch, CancellationTokenSource cancellation)
    {
        if (epoch == Stop)
            cancellation.Cancel();
    }
}
