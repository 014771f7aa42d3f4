namespace DeepBelief.Sampling;

/// <summary>The running chains of a <see cref="NegativePhase"/>; owns whatever state they keep.</summary>
public abstract class NegativeSampler : IDisposable
{
    /// <summary>Draws the negative phase of one update.</summary>
    /// <param name="batch">The rows of the positive phase, <c>[batch, visible]</c>.</param>
    /// <returns>Rows of the model, <c>[chains, visible]</c>, in the caller's dispose scope.</returns>
    public abstract Tensor Sample(Tensor batch);

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
    }
}
