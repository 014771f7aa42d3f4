using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Chains that go along a path of distributions, and the weights that they collect.</summary>
internal sealed class AnnealedChains : IDisposable
{
    private readonly BaseRatePath path;
    private readonly Generator? generator;
    private readonly AnnealingClock clock;
    private readonly Tensor couplings;
    private readonly Tensor hidden;

    /// <summary>Makes chains; they stand nowhere yet.</summary>
    /// <param name="path">The path.</param>
    /// <param name="like">The model's weights, for element type and device.</param>
    /// <param name="chains">Number of chains.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <param name="clock">Told of every step.</param>
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

    /// <summary>Where the chains are, <c>[chains, visible]</c>.</summary>
    public Tensor Visible { get; }

    /// <summary>Draws all chains from the base-rate model.</summary>
    public void StartAtBase() => path.SampleBase(Visible, generator);

    /// <summary>Steps at one inverse temperature.</summary>
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
    /// Goes through inverse temperatures, in either direction: Σ log p*_k+1(v) - log p*_k(v) at every v before the chain
    /// moves on by a step that leaves p_k+1 as it is. No step is taken at the last one.
    /// </summary>
    /// <param name="betas">The inverse temperatures.</param>
    /// <returns>Sum of each chain, in nats.</returns>
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

    // What the visible states send up is known already.
    private void Move(double beta)
    {
        path.SampleHidden(couplings, hidden, beta, generator);
        path.SampleVisible(hidden, Visible, beta, generator);
    }
}
