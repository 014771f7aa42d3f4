using System.Collections.ObjectModel;
using DeepBelief.Internal;
using DeepBelief.Training;

namespace DeepBelief.Sampling;

/// <summary>The running chains of a <see cref="NegativePhase"/>; owns whatever state they keep.</summary>
public abstract class NegativeSampler : IDisposable
{
    private readonly IEnergyModel model;

    /// <summary>Makes a sampler.</summary>
    /// <param name="model">The model that is being trained.</param>
    protected NegativeSampler(IEnergyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
    }

    /// <summary>
    /// What the chains remember from update to update, by name: a checkpoint saves these tensors and copies into them.
    /// Always the same tensors, which the sampler owns. Default: none.
    /// </summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>E[h | v] of the last batch, <c>[batch, hidden]</c>, until the next call; null where a sampler has no such thing.</summary>
    internal virtual Tensor? HiddenMeans => null;

    /// <summary>
    /// The rows of one update, wherever the sampler wants them: in the caller's dispose scope, or a tensor of the sampler's
    /// own that stays as it is until the next call.
    /// </summary>
    /// <param name="data">All training rows, <c>[rows, visible]</c>.</param>
    /// <param name="order">Their order, <c>[rows]</c>.</param>
    /// <param name="start">The first of the update in that order.</param>
    /// <param name="count">How many.</param>
    internal virtual Tensor Gather(Tensor data, Tensor order, long start, long count) => data.index_select(0, order.narrow(0, start, count));

    /// <summary>Has gradients added to sums of an optimizer's, where the sampler can. Default: it can't.</summary>
    internal virtual void Use(Optimizer optimizer)
    {
    }

    /// <summary>Draws the negative phase of one update.</summary>
    /// <param name="batch">The rows of the positive phase, <c>[batch, visible]</c>.</param>
    /// <returns>Rows of the model, <c>[chains, visible]</c>, in the caller's dispose scope.</returns>
    public abstract Tensor Sample(Tensor batch);

    /// <summary>
    /// Puts the gradient of mean F(batch) - mean F(negative phase) into the parameters' <c>.grad</c>, in place of what was
    /// there. Default: draws the negative phase and leaves the rest to <see cref="IEnergyModel.AccumulateGradient"/>.
    /// </summary>
    /// <param name="batch">The rows of the positive phase, <c>[batch, visible]</c>.</param>
    public virtual void ComputeGradient(Tensor batch)
    {
        using var scope = torch.NewDisposeScope();
        Gradients.Clear(model.parameters());
        model.AccumulateGradient(batch, Sample(batch));
    }

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
