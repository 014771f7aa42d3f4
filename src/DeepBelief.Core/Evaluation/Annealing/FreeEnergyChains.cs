using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Chains along a <see cref="FreeEnergyPath"/>, which know the free energies of their states and, where numbers are real, its gradient.</summary>
internal sealed class FreeEnergyChains(
    IEnergyModel model, IReadOnlyList<AnnealedColumns> columns, Func<double, int> tuned, Tensor visible, Generator? generator, AnnealingClock clock)
    : AnnealedChains(visible, generator, clock)
{
    private bool isKnown; // the free energy
    private bool isGradientKnown;

    public Generator? Generator { get; } = generator;

    /// <summary>F of the states, float64, <c>[chains]</c>.</summary>
    public Tensor FreeEnergies { get; } = torch.empty(visible.shape[0], ScalarType.Float64, visible.device).DetachFromDisposeScope();

    /// <summary>The gradient of F, <c>[chains, visible]</c>, if there are real numbers; known after <see cref="LookAtGradient"/>.</summary>
    public Tensor Gradient { get; } = torch.empty(columns.Any(kind => kind is RealColumns) ? visible.shape[0] : 0, visible.shape[1], visible.dtype, visible.device).DetachFromDisposeScope();

    public override void StartAtBase()
    {
        using var noGrad = torch.no_grad();
        foreach (var kind in columns)
            kind.SampleBase(Visible, Generator);
        isKnown = isGradientKnown = false;
    }

    // Means, such as greys, are no states, and a site whose proposals are refused would keep them.
    public override void StartAt(Tensor rows)
    {
        using var noGrad = torch.no_grad();
        base.StartAt(rows);
        foreach (var kind in columns)
            kind.Round(Visible);
        isKnown = isGradientKnown = false;
    }

    /// <summary>Takes a step as the others do, and has the columns note how long the next should be.</summary>
    public void Tune(double beta, int step)
    {
        using var scope = torch.NewDisposeScope();
        Look();
        foreach (var kind in columns)
            kind.Tune(this, beta, step);
    }

    /// <summary>Offers every chain other values of some columns, a view of the states, with a ratio of p_0.</summary>
    /// <param name="units">The columns.</param>
    /// <param name="proposed">Their other values.</param>
    /// <param name="logBase">log p_0(proposed) - log p_0(current).</param>
    /// <param name="beta">β.</param>
    /// <param name="rule">The probability of acceptance, from log p_β(proposed) - log p_β(current).</param>
    /// <returns>Each chain's probability of acceptance.</returns>
    public Tensor Offer(Tensor units, Tensor proposed, Tensor logBase, double beta, Func<Tensor, Tensor> rule)
    {
        using var scope = torch.NewDisposeScope();
        var before = units.clone();
        _ = units.copy_(proposed);
        var after = FreeEnergy().to(ScalarType.Float64);
        var probability = rule(OrNever((FreeEnergies - after).Times(beta).Plus(logBase, 1 - beta)));
        var isAccepted = torch.empty_like(probability).uniform_(0, 1, Generator).lt(probability);
        _ = units.copy_(torch.where(isAccepted.unsqueeze(1), units, before));
        _ = FreeEnergies.copy_(torch.where(isAccepted, after, FreeEnergies));
        isGradientKnown = false;
        return probability.MoveToOuterDisposeScope();
    }

    /// <summary>Offers every chain other states, with their free energies and its gradient, and returns each chain's probability of acceptance.</summary>
    public Tensor Offer(Tensor rows, Tensor energies, Tensor gradient, Tensor logRatio)
    {
        using var scope = torch.NewDisposeScope();
        logRatio = OrNever(logRatio);
        var isAccepted = torch.empty_like(logRatio).uniform_(0, 1, Generator).log_().lt(logRatio);
        var acceptedRows = isAccepted.unsqueeze(1);
        _ = Visible.copy_(torch.where(acceptedRows, rows, Visible));
        _ = FreeEnergies.copy_(torch.where(isAccepted, energies, FreeEnergies));
        _ = Gradient.copy_(torch.where(acceptedRows, gradient, Gradient));
        return logRatio.AtMost(0).exp().MoveToOuterDisposeScope();
    }

    /// <summary>Writes the free energies of rows and its gradient.</summary>
    public void Evaluate(Tensor rows, Tensor energies, Tensor gradient)
    {
        using var inside = InputChecks.Enter();
        using var scope = torch.NewDisposeScope();
        var (values, slopes) = Langevin.Evaluate(model.FreeEnergy, rows);
        _ = energies.copy_(values);
        _ = gradient.copy_(slopes);
    }

    public void LookAtGradient()
    {
        if (!isGradientKnown)
            Evaluate(Visible, FreeEnergies, Gradient);
        isKnown = isGradientKnown = true;
    }

    protected override void Look()
    {
        if (isKnown)
            return;
        if (Gradient.numel() > 0)
            LookAtGradient();
        else
            _ = FreeEnergies.copy_(FreeEnergy());
        isKnown = true;
    }

    protected override void AddLogRatio(double from, double to, Tensor totals)
    {
        _ = totals.Add(FreeEnergies, from - to);
        foreach (var kind in columns)
            _ = totals.Add(kind.LogBase(Visible), from - to);
    }

    protected override void Move(double beta)
    {
        var step = tuned(beta);
        foreach (var kind in columns)
            kind.Move(this, beta, step);
    }

    protected override void Dispose(bool disposing)
    {
        FreeEnergies.Dispose();
        Gradient.Dispose();
        base.Dispose(disposing);
    }

    // A NaN, of an energy that overflowed for instance, is refused.
    private static Tensor OrNever(Tensor logRatio)
        => torch.where(logRatio.isnan(), torch.empty_like(logRatio).Fill(double.NegativeInfinity), logRatio);

    private Tensor FreeEnergy()
    {
        using var inside = InputChecks.Enter();
        return model.FreeEnergy(Visible);
    }
}
