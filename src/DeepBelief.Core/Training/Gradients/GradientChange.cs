namespace DeepBelief.Training;

/// <summary>
/// A change of the gradient in <c>.grad</c>, between its computation and the optimizer's step; a run applies its changes in order.
/// Nothing is read back to the host.
/// </summary>
internal abstract class GradientChange : IDisposable
{
    /// <summary>What is remembered from batch to batch, by name: always the same tensors, which the change owns. Default: nothing.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>Changes the gradient.</summary>
    public abstract void Apply();

    public void Dispose()
    {
        foreach (var tensor in State.Values)
            tensor.Dispose();
    }
}
