using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>Lets the chains of an <see cref="Rbm"/> jump to hidden states drawn given rows of the batch.</summary>
/// <remarks>
/// <para>Gibbs steps seldom lead from one mode of the model to another that is far away, but data lie in all of them. So each chain,
/// at h, is offered h' drawn from q(h) = Σ p(h | v) / N, the mean over N rows of the batch, and takes it with probability
/// min(1, p(h') q(h) / (p(h) q(h'))). The chains' distribution stays that of the model, whatever the data (Hastings 1970; Tierney
/// 1994, "Markov chains for exploring posterior distributions": independence chains).</para>
/// <para>p(h) is known but for Z, which cancels, and so do the energies of h: log(p(h) / q(h)) = Γ(h W) - log Σ exp(h·I - Γ(I))
/// + constant, with the inputs I of the hidden units given each row. Any constant may be taken from a Γ, such as Γ(0).</para>
/// </remarks>
internal sealed class DataJumps(Rbm rbm, Generator? generator)
{
    // Bounds the time and memory, of chains times rows.
    private const long MostRows = 100;

    private readonly Tensor updates = torch.zeros(1, ScalarType.Int64, torch.CPU).DetachFromDisposeScope(); // so far
    private readonly Tensor accepted = torch.zeros(1, ScalarType.Int64, rbm.Weight.device).DetachFromDisposeScope();
    private long offered;

    /// <summary>Adds what jumps, if there are any, keep between updates to the state of the sampler, which owns it.</summary>
    public static Dictionary<string, Tensor> AddState(DataJumps? jumps, Dictionary<string, Tensor> state)
    {
        if (jumps is null)
            return state;
        state.Add("jump_updates", jumps.updates);
        state.Add("jumps_accepted", jumps.accepted);
        return state;
    }

    /// <summary>Adds the accepted fraction of the offers since the last call, NaN if there were none, to the diagnostics.</summary>
    public static OrderedDictionary<string, double> AddAcceptance(DataJumps? jumps, OrderedDictionary<string, double> diagnostics)
    {
        if (jumps is null)
            return diagnostics;
        diagnostics.Add("jump_acceptance", (double)jumps.accepted.item<long>() / jumps.offered);
        _ = jumps.accepted.zero_();
        jumps.offered = 0;
        return diagnostics;
    }

    /// <summary>Multiply-adds of the largest product of an offer: of states and offers with the weights, or with the inputs given each row.</summary>
    public long LargestProduct(long batch, long chains) => 2 * chains * rbm.HiddenSize * Math.Max(rbm.VisibleSize, Math.Min(batch, MostRows));

    /// <summary>Offers each chain a jump: in each of the first updates, then less often, the more hidden units there are.</summary>
    /// <param name="phases">Have the rows of the batch in the positive phase.</param>
    /// <param name="hidden">h of the chains, <c>[chains, hidden]</c>; overwritten.</param>
    public void Offer(RbmPhases phases, Tensor hidden)
    {
        // Many hidden units seldom accept once they are trained, so that less often will do. How often must not depend on what chains
        // have accepted: those in states that refuse would stay there too long.
        var update = updates.item<long>();
        _ = updates.Add(1L);
        if (update % (long)Math.Sqrt(1 + (update * rbm.HiddenSize / 100_000.0)) != 0)
            return;

        using var scope = torch.NewDisposeScope();
        phases.SendDataUp();
        // Those that the offers are drawn by: where they are rounded, so is q.
        var (inputs, chains) = (phases.Data.HiddenInputs.to(hidden.dtype), hidden.size(0));
        if (inputs.size(0) > MostRows)
            inputs = inputs.index_select(0, ChainWarmUp.Rows(MostRows, inputs, generator));
        var offers = inputs.index_select(0, ChainWarmUp.Rows(chains, inputs, generator));
        rbm.Hidden.Activate(offers, null, offers, generator);
        var states = torch.cat([hidden, offers]);
        var (ratios, normalizers) = (Zeros(2 * chains), Zeros(inputs.size(0)));
        rbm.Visible.AddCumulantDifference(states.mm(rbm.Weight), 0, 1, ratios);
        rbm.Hidden.AddCumulantDifference(inputs, 0, 1, normalizers);
        Choose(states.mm(inputs.t()), normalizers, ratios, hidden, offers);
        offered += chains;

        Tensor Zeros(long size) => torch.zeros(size, ScalarType.Float64, hidden.device);
    }

    /// <summary>Completes the ratios, and has each chain take its offer or leave it.</summary>
    private void Choose(Tensor scores, Tensor normalizers, Tensor ratios, Tensor hidden, Tensor offers)
    {
        var chains = hidden.size(0);
        var uniform = torch.rand(1, chains, ScalarType.Float64, hidden.device, generator: generator);
        if (TensorMemory.IsFast(hidden))
        {
            JumpKernel.SubtractLogSum(scores, normalizers.to(ScalarType.Float32), ratios);
            _ = accepted.Add(JumpKernel.Accept(hidden, offers, ratios, uniform));
            return;
        }

        _ = ratios.sub_(scores.sub_(normalizers).logsumexp(1));
        var isAccepted = uniform.log_().lt(ratios.view(2, chains).diff(dim: 0));
        _ = hidden.copy_(torch.where(isAccepted.t(), offers, hidden));
        _ = accepted.Add(isAccepted.sum());
    }
}
