using System.Collections.ObjectModel;
using DeepBelief.Training;

namespace DeepBelief.Sampling;

/// <summary>The running chains of a <see cref="NegativePhase"/>; owns whatever state they keep.</summary>
public abstract class NegativeSampler : IDisposable
{
    /// <summary>
    /// What the chains remember from update to update, by name: a checkpoint saves these tensors and copies into them.
    /// Always the same tensors, which the sampler owns. Default: none.
    /// </summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>Draws the negative phase of one update.</summary>
    /// <param name="batch">The rows of the positive phase, <c>[batch, visible]</c>.</param>
    /// <returns>Rows of the model, <c>[chains, visible]</c>, in the caller's dispose scope.</returns>
    public abstract Tensor Sample(Tensor batch);

    /// <summary>
    /// What the chains have to say of themselves since the last call, by name; asked after every epoch, and found in
    /// <see cref="EpochMetrics.Diagnostics"/>. Always the same names. Default: nothing.
    /// </summary>
    public virtual IReadOnlyDictionary<string, double> TakeDiagnostics() => ReadOnlyDictionary<string, double>.Empty;

    /// <summary>Releases the chains.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the chains.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var tensor in State.Values)
            tensor.Dispose();
    }
}
