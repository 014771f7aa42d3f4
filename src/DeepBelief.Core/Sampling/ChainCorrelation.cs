using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>How much chains have forgotten since the last measurement: the correlation of their states then and now.</summary>
internal sealed class ChainCorrelation
{
    /// <summary>The name in <see cref="Training.EpochMetrics.Diagnostics"/>.</summary>
    public const string Name = "chain_correlation";

    private readonly Tensor states;

    /// <param name="states">The chains' states, <c>[chains, units]</c>: always this tensor.</param>
    public ChainCorrelation(Tensor states)
    {
        this.states = states;
        Before = states.clone().DetachFromDisposeScope();
    }

    /// <summary>The states of the last measurement: state of the sampler, which owns it.</summary>
    public Tensor Before { get; }

    /// <summary>
    /// Returns the correlation over chains, as the mean over units weighted by their variance: 1 if nothing has moved, 0 if
    /// nothing is left of it. 0 where all chains agree.
    /// </summary>
    public double Measure()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (now, then) = (Deviations(states), Deviations(Before));
        var variance = Math.Sqrt(now.Squared().sum().Number() * then.Squared().sum().Number());
        var covariance = (now * then).sum().Number();
        _ = Before.copy_(states);
        return variance > 0 ? covariance / variance : 0;
    }

    private static Tensor Deviations(Tensor values) => values - values.mean(new long[] { 0 });
}
