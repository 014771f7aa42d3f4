using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// <c>Rbm.Fit</c> with default settings but for the named shape, negative phase and optimizer, and an evaluation on fewer
/// rows, as it is no part of a step. Bernoulli units get bits of which one in five is on, Gaussian units standard normal
/// numbers.
/// </summary>
internal sealed class RbmWorkload(string name, int rows, int quickRows) : Workload(name, rows, quickRows)
{
    private const int EvaluationRows = 100;

    public int Visible { get; init; } = 784;

    public required int Hidden { get; init; }

    public required int Batch { get; init; }

    public int Steps { get; init; } = 1;

    public bool Persistent { get; init; }

    public bool Gaussian { get; init; }

    public bool Adam { get; init; }

    public bool BFloat16 { get; init; }

    public override CeilingProducts Ceiling() => new(Batch, Visible, Hidden, Steps);

    public override string? Obstacle()
    {
        if (!BFloat16)
            return null;
        using var row = torch.zeros(1, 1);
        using var rbm = Rbm.Bernoulli(1, 1);
        try
        {
            rbm.StartTraining(row, new() { ProductPrecision = ProductPrecision.BFloat16 }).Dispose();
            return null;
        }
        catch (ArgumentOutOfRangeException e)
        {
            return e.Message;
        }
    }

    public override void Fit(bool quick, int epochs, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        using var data = torch.empty(Rows(quick), Visible);
        _ = Gaussian ? data.normal_() : data.bernoulli_(0.2);
        using var rbm = Gaussian ? Rbm.Gaussian(Visible, Hidden) : Rbm.Bernoulli(Visible, Hidden);
        rbm.Fit(data, Options(quick, epochs), progress: progress, cancellationToken: cancellationToken);
    }

    private TrainingOptions Options(bool quick, int epochs) => new()
    {
        Epochs = epochs,
        BatchSize = Batch,
        NegativePhase = Persistent ? new PersistentContrastiveDivergence(Steps, Batch) { Jumps = false, WarmUp = 0 } : new ContrastiveDivergence(Steps),
        Optimizer = Adam ? new AdamSettings() : new SgdSettings { Momentum = Schedule.Switch(0.5, 6, 0.9), WeightDecay = 2e-4 },
        LearningRate = Gaussian || Adam ? 0.001 : 0.05,
        ProductPrecision = BFloat16 ? ProductPrecision.BFloat16 : ProductPrecision.Float32,
        // The update alone, as other libraries have it.
        Centering = null,
        Averaging = 0,
        // A short epoch is evaluated on fewer rows, so that evaluation weighs what it does in a long one.
        EvaluationRows = quick ? Math.Max(1, (int)((long)EvaluationRows * Rows(true) / Rows(false))) : EvaluationRows,
    };
}
