using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Chains that move along a path of distributions and accumulate importance weights.</summary>
internal sealed class AnnealedChains : IDisposable
{
    private readonly BaseRatePath path;
    private readonly Generator? generator;
    private readonly AnnealingClock clock;
    private readonly Tensor couplings;
    private readonly Tensor hidden;

    /// <summary>Creates chains without a start, of the element type and on the device of <paramref name="like"/>.</summary>
    public AnnealedChains(BaseRatePath path, Tensor like, long chains, Generator? generator, AnnealingClock clock)
    {
        this.path = path;
        this.generator = generator;
        this.clock = clock;
        Visible = Empty(path.VisibleSize);
        couplings = Empty(path.HiddenSize);
        hidden = Empty(path.HiddenSize);

        Tensor Empty(long columns) => torch.empty(chains, columns, like.dtype, like.device).DetachFromDisposeScope();
    }

    /// <summary>The chains' states, <c>[chains, visible]</c>.</summary>
    public Tensor Visible { get; }

    public void StartAtBase() => path.SampleBase(Visible, generator);

    public void Run(double beta, int steps)
    {
        using var noGrad = torch.no_grad();
        using var keys = RandomKey.Share(generator);
        for (var step = 0; step < steps; step++)
        {
            using var scope = torch.NewDisposeScope();
            path.Couple(Visible, couplings);
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
            path.Couple(Visible, couplings);
            path.AddLogRatio(Visible, couplings, betas[k - 1], betas[k], totals);
            if (k < betas.Count - 1)
                Move(betas[k]);
            clock.Tick();
        }

        return totals.cpu().data<double>().ToArray();
    }

    public void Dispose()
    {
        Visible.Dispose();
        couplings.Dispose();
        hidden.Dispose();
    }

    // Expects up-to-date couplings.
    private void Move(double beta)
    {
        path.SampleHidden(couplings, hidden, beta, generator);
        path.SampleVisible(hidden, Visible, beta, generator);
    }
}
