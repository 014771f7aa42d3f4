using System.Diagnostics.CodeAnalysis;

namespace DeepBelief.Training;

/// <summary>Updates parameters from the gradients in <c>.grad</c>; each training run creates one.</summary>
public abstract class GradientOptimizer : IDisposable
{
    /// <summary>Creates an optimizer.</summary>
    /// <param name="parameters">The parameters to update, owned by the caller.</param>
    protected GradientOptimizer(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
    }

    /// <summary>The parameters to update.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The learning rate, set by the run before every epoch.</summary>
    public virtual double LearningRate { get; set; }

    /// <summary>State between steps, by name, owned by the optimizer: always the same tensors. Checkpoints save and restore them.</summary>
    public abstract IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Prepares an epoch, for example by setting a scheduled momentum. Default: does nothing.</summary>
    /// <param name="epoch">The epoch, 1 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">The number of epochs of the run.</param>
    public virtual void BeginEpoch(int epoch, int epochs)
    {
    }

    /// <summary>
    /// Factor of the old <c>.grad</c> of the weights, to which the next gradient is added: the momentum if <c>.grad</c> holds the
    /// running sum; otherwise 0, and the gradient overwrites <c>.grad</c>.
    /// </summary>
    internal virtual double GradientDecay => 0;

    /// <summary>
    /// Makes the optimizer's running sum of gradients, if any, the <c>.grad</c> of the weights. The matrix product of a gradient
    /// then adds to the sum, which saves a pass over both. Default: does nothing.
    /// </summary>
    internal virtual void HoldMomentumInGradients()
    {
    }

    /// <summary>Steps weights by their rounded gradient from now on, and rounds them in the same pass. Default: does nothing.</summary>
    internal virtual void StepRounded(RoundedWeights weights)
    {
    }

    /// <summary>
    /// Has the next step change a weight matrix as if its columns had been multiplied by factors, its gradient divided by them, and the
    /// columns divided by them afterwards: one pass over it in place of five. False, the default, if it can't, as for a second matrix of the same step.
    /// </summary>
    /// <param name="weight">The weights, <c>[rows, columns]</c>, with a gradient.</param>
    /// <param name="factors">The factors, <c>[columns]</c>, which must live until the step.</param>
    internal virtual bool ScaleNextStep(Parameter weight, Tensor factors) => false;

    /// <summary>Updates every parameter that has a gradient.</summary>
    [SuppressMessage("Naming", "CA1716", Justification = "The usual name in machine learning.")]
    public abstract void Step();

    /// <summary>Disposes the state.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes the state.</summary>
    /// <param name="disposing">True if <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var tensor in State.Values)
            tensor.Dispose();
    }
}
