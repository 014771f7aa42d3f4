using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>
/// The geometric path to a model that is known by its free energy: p_β(v) ∝ p_0(v)^(1-β) exp(-β F(v)), where the columns of p_0 are
/// independent of each other. A step moves the <see cref="AnnealedColumns"/> of each kind in turn, with the others held.
/// </summary>
/// <remarks>
/// Chains of their own find out how long steps can be at each β, before those that count: the mean weight is exact because no step
/// depends on the past of a chain that has a weight.
/// </remarks>
internal sealed class FreeEnergyPath : AnnealingPath
{
    private const int TuningSteps = 200;
    private const int TuningChains = 50;

    private readonly IEnergyModel model;
    private readonly Tensor like;
    private readonly SortedList<double, int> tuned = []; // the step of tuning at each β
    private readonly IReadOnlyList<AnnealedColumns> columns;

    /// <summary>Creates a path to a model whose units' states are known; data, <c>[rows, visible]</c>, tell where it begins.</summary>
    public FreeEnergyPath(IEnergyModel model, Tensor? data)
        => (this.model, like, columns) = (model, model.Representative(), AnnealedColumns.Of(model, data)!);

    public override int StepsOfPreparation => columns.Any(kind => kind.AreTuned) ? TuningSteps : 0;

    public override double BaseLogPartition() => columns.Sum(kind => kind.LogPartition);

    public override void Prepare(AnnealingOptions options, AnnealingClock clock)
    {
        if (StepsOfPreparation == 0)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var generator = AnnealedImportanceSampling.Start(model, options, Randomness.AnnealingSteps);
        using var chains = New(Math.Min(options.Chains, TuningChains), generator, clock);
        foreach (var kind in columns)
            kind.Prepare(options, TuningSteps);
        chains.StartAtBase();
        var (betas, steps) = (options.Schedule.InverseTemperatures, (long)options.Schedule.Steps);
        for (var step = 0; step < TuningSteps; step++)
        {
            var beta = betas[(int)((((step + 1) * steps) + TuningSteps - 1) / TuningSteps)];
            chains.Tune(beta, step);
            tuned[beta] = step;
            clock.Tick();
        }
    }

    public override AnnealedChains Chains(long count, Generator? generator, AnnealingClock clock) => New(count, generator, clock);

    /// <summary>The step of tuning that was taken at this β or the next.</summary>
    public int Tuned(double beta) => tuned.Count == 0 ? 0 : tuned.First(step => step.Key >= beta).Value;

    public override void Dispose()
    {
        foreach (var kind in columns)
            kind.Dispose();
    }

    private FreeEnergyChains New(long count, Generator? generator, AnnealingClock clock)
        => new(model, columns, Tuned, torch.empty(count, model.VisibleSize, like.dtype, like.device), generator, clock);
}
