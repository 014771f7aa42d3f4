namespace DeepBelief.Training;

/// <summary>Which optimizer turns gradients into updates, and its constants. Derive from it to add another.</summary>
public abstract record OptimizerSettings
{
    /// <summary>Makes the optimizer of one run; the run disposes it.</summary>
    /// <param name="parameters">The parameters to update.</param>
    public abstract GradientOptimizer Create(IReadOnlyList<Parameter> parameters);

    /// <summary>Checks the ranges of all options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public abstract void Validate();
}
