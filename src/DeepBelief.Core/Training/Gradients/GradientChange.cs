namespace DeepBelief.Training;

/// <summary>Changes <c>.grad</c> between the gradient's computation and the optimizer's step, without copies to the host.</summary>
internal abstract class GradientChange : IDisposable
{
    /// <summary>State between batches, by name: always the same tensors, owned by the change. Default: none.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    public abstract void Apply();

    public void Dispose()
    {
        foreach (var tensor in State.Values)
            tensor.Dispose();
    }
}
