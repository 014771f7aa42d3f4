using System.Collections.ObjectModel;
using DeepBelief.Training;

namespace DeepBelief.Sampling;

/// <summary>The running chains of a <see cref="NegativePhase"/>; owns their state.</summary>
public abstract class NegativeSampler : IDisposable
{
    /// <summary>
    /// The state that the chains keep between updates, by name, always in the same tensors: checkpoints save them and copy into
    /// them. The sampler owns them. Default: none.
    /// </summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>Samples the negative phase of one update.</summary>
    /// <param name="batch">The rows of the positive phase, <c>[batch, visible]</c>.</param>
    /// <returns>Samples of the model, <c>[chains, visible]</c>, in the caller's dispose scope.</returns>
    public abstract Tensor Sample(Tensor batch);

    /// <summary>
    /// Returns diagnostics of the chains since the last call, always with the same names. Called after each epoch, for
    /// <see cref="EpochMetrics.Diagnostics"/>. Default: none.
    /// </summary>
    public virtual IReadOnlyDictionary<string, double> TakeDiagnostics() => ReadOnlyDictionary<string, double>.Empty;

    /// <summary>Releases the chains.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the chains.</summary>
    /// <param name="disposing">True if called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var tensor in State.Values)
            tensor.Dispose();
    }
}
