using System.Diagnostics.CodeAnalysis;

namespace DeepBelief.Training;

/// <summary>Turns the gradients in <c>.grad</c> into updates of the parameters; one for each training run.</summary>
public abstract class GradientOptimizer : IDisposable
{
    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters to update; they stay the caller's.</param>
    protected GradientOptimizer(IReadOnlyList<Parameter> parameters)
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
    /// The part of the weights' <c>.grad</c> to which the next gradient is added: the momentum, if <c>.grad</c> holds it; otherwise 0,
    /// and the gradient replaces what is there.
    /// </summary>
    internal virtual double GradientDecay => 0;

    /// <summary>
    /// Makes the <c>.grad</c> of weights the optimizer's running sum of gradients, where it has such a sum: the product that
    /// computes a gradient then adds it to the sum, and a pass over both is saved. Default: it has none.
    /// </summary>
    internal virtual void HoldMomentumInGradients()
    {
    }

    /// <summary>Updates every parameter that has a gradient.</summary>
    [SuppressMessage("Naming", "CA1716", Justification = "The field's name for it.")]
    public abstract void Step();

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
