namespace DeepBelief.Training;

/// <summary>Which <c>torch.optim</c> optimizer turns gradients into updates. Derive from it to use any other.</summary>
public abstract record OptimizerSettings
{
    /// <summary>Makes the optimizer of one run; the run disposes it.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">Learning rate of the first epoch; the run sets it anew for each further one.</param>
    public abstract torch.optim.Optimizer Create(IReadOnlyList<Parameter> parameters, double learningRate);

    /// <summary>Sets what changes from epoch to epoch, apart from the learning rate.</summary>
    /// <param name="optimizer">What <see cref="Create"/> made.</param>
    /// <param name="epoch">The epoch, 1 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">The number of epochs of the run.</param>
    public abstract void BeginEpoch(torch.optim.Optimizer optimizer, int epoch, int epochs);

    /// <summary>Checks the ranges of all options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public abstract void Validate();

    /// <summary>
    /// Weight decay is for weights: parameters of two or more dimensions. Biases are left alone (Hinton 2012, section 10).
    /// </summary>
    private protected static (Parameter[] Weights, Parameter[] Others) Split(IReadOnlyList<Parameter> parameters)
        => (parameters.Where(p => p.dim() >= 2).ToArray(), parameters.Where(p => p.dim() < 2).ToArray());
}
