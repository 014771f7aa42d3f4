namespace DeepBelief.Training;

/// <summary>Turns the gradients in <c>.grad</c> into updates of the parameters; one for each training run.</summary>
public abstract class Optimizer : IDisposable
{
    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters to update; they stay the caller's.</param>
    protected Optimizer(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
    }

    /// <summary>The parameters to update.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Step size of the updates; the run sets it before every epoch.</summary>
    public virtual double LearningRate { get; set; }

    /// <summary>
    /// What the optimizer remembers from step to step, by name: a checkpoint saves these tensors and copies into them.
    /// Always the same tensors, which the optimizer owns.
    /// </summary>
    public abstract IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Sets what changes from epoch to epoch, apart from the learning rate.</summary>
    /// <param name="epoch">The epoch, 1 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">The number of epochs of the run.</param>
    public virtual void BeginEpoch(int epoch, int epochs)
    {
    }

    /// <summary>
    /// Has a parameter's gradients come by way of a sum that the optimizer keeps, not of <c>.grad</c>: from now on, one is
    /// added to it before every update. Null, the default, where an optimizer has no such sum.
    /// </summary>
    internal virtual RunningGradient? Accumulate(Parameter parameter) => null;

    /// <summary>Updates every parameter that has a gradient.</summary>
    public abstract void Update();

    /// <summary>Releases what the optimizer remembers.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the optimizer remembers.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var tensor in State.Values)
            tensor.Dispose();
    }
}
