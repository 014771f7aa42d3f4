using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Chains that move along an <see cref="AnnealingPath"/> and accumulate importance weights.</summary>
internal abstract class AnnealedChains(Tensor visible, Generator? generator, AnnealingClock clock) : IDisposable
{
    /// <summary>The chains' states, <c>[chains, visible]</c>, which they own.</summary>
    public Tensor Visible { get; } = visible.DetachFromDisposeScope();

    /// <summary>Draws the states from p_0.</summary>
    public abstract void StartAtBase();

    /// <summary>Starts at rows, <c>[chains, visible]</c>.</summary>
    public virtual void StartAt(Tensor rows) => _ = Visible.copy_(rows);

    public void Run(double beta, int steps)
    {
        using var noGrad = torch.no_grad();
        using var keys = RandomKey.Share(generator);
        for (var step = 0; step < steps; step++)
        {
            using var scope = torch.NewDisposeScope();
            Look();
            Move(beta);
            clock.Tick();
        }
    }

    /// <summary>
    /// Anneals through inverse temperatures, in either direction: sums log p*_k+1(v) - log p*_k(v) at each v, then moves the
    /// chain by a step that leaves p_k+1 invariant, except at the last.
    /// </summary>
    /// <returns>Each chain's sum, in nats.</returns>
    public double[] Anneal(IReadOnlyList<double> betas)
    {
        using var noGrad = torch.no_grad();
        using var outer = torch.NewDisposeScope();
        using var keys = RandomKey.Share(generator);
        var totals = torch.zeros(Visible.shape[0], ScalarType.Float64, Visible.device);
        for (var k = 1; k < betas.Count; k++)
        {
            using var scope = torch.NewDisposeScope();
            Look();
            AddLogRatio(betas[k - 1], betas[k], totals);
            if (k < betas.Count - 1)
                Move(betas[k]);
            clock.Tick();
        }

        return totals.cpu().data<double>().ToArray();
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Computes what a ratio and a move need to know of the states.</summary>
    protected abstract void Look();

    /// <summary>Adds log p*_to(v) - log p*_from(v) to float64 totals; after <see cref="Look"/>.</summary>
    protected abstract void AddLogRatio(double from, double to, Tensor totals);

    /// <summary>Takes a step that leaves p_β invariant; after <see cref="Look"/>.</summary>
    protected abstract void Move(double beta);

    protected virtual void Dispose(bool disposing) => Visible.Dispose();
}
