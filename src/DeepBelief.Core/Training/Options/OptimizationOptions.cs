using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>What every training run has: how long, in which steps, and when to stop. Immutable; checked when a run starts.</summary>
public abstract record OptimizationOptions
{
    private protected OptimizationOptions()
    {
    }

    /// <summary>Passes over the data, 1 or more. Default: 10.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>
    /// Rows of a mini-batch, 1 or more. Default: 100. Every row is used in every epoch; the last batch may be smaller.
    /// </summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Step size of the updates, 0 or more, and more than 0 in the first epoch.</summary>
    public abstract Schedule LearningRate { get; init; }

    /// <summary>The optimizer.</summary>
    public abstract OptimizerSettings Optimizer { get; init; }

    /// <summary>
    /// L1 penalty of the weights, parameters with two or more dimensions: its multiple of sign(w) is added to their
    /// gradients, more than 0; about 0.0001 to 0.01. It drives useless weights to zero and leaves large ones alone (Hinton
    /// 2012, section 10); they come within a step of zero rather than to exactly zero. Null, the default, is none. The L2
    /// penalty is a setting of the optimizer, <see cref="SgdSettings.WeightDecay"/> or <see cref="AdamSettings.WeightDecay"/>.
    /// </summary>
    public double? L1Penalty { get; init; }

    /// <summary>
    /// Bound on the norm of the gradient, more than 0: a longer one, over all parameters together, is scaled down to it
    /// (Pascanu, Mikolov and Bengio 2013). The L1 penalty counts, an optimizer's weight decay does not. Null, the default,
    /// is none.
    /// </summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>
    /// Bound on the norm of the weights that come into a unit, more than 0: a row of a weight matrix that an update made
    /// longer is scaled back to it (Srebro, Rennie and Jaakkola 2004; Srivastava et al. 2014, "Dropout", section 5.1, where 3
    /// to 4 is usual). Null, the default, is none.
    /// </summary>
    /// <remarks>
    /// A row is what comes in from the layer below, in a <c>nn.Linear</c> and, with the visible units below, in an
    /// <see cref="Rbm"/>. Of a parameter with more dimensions, all but the first make up the row.
    /// </remarks>
    public double? MaxWeightNorm { get; init; }

    /// <summary>
    /// Early stopping: the run ends after this many epochs without a new best value, 1 or more, and the parameters of
    /// the best epoch are put back, also when the last epoch is reached. Null, the default, runs all epochs and keeps
    /// the parameters of the last.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Seed of shuffling and sampling. Default: 0. Same seed, data, device and build of torch give the same result, bit
    /// for bit. On CUDA, where TorchSharp has no generators of their own, the run seeds torch's default one
    /// before every epoch and uses that.
    /// </summary>
    public long Seed { get; init; }

    /// <summary>
    /// Saves the run at the end of epochs, so that one that was killed can go on. Null, the default, saves nothing.
    /// </summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>Checks the ranges of all options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public virtual void Validate()
    {
        Guard.Option(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Guard.Option(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
        Guard.Option(Patience is null or >= 1, nameof(Patience), Patience, "1 or more, or null");
        ArgumentNullException.ThrowIfNull(LearningRate);
        Guard.Option(LearningRate.All(r => r >= 0 && double.IsFinite(r)) && LearningRate.At(1, Epochs) > 0, nameof(LearningRate), LearningRate, "0 or more, and more than 0 in the first epoch");
        ArgumentNullException.ThrowIfNull(Optimizer);
        Optimizer.Validate();
        CheckBound(L1Penalty, nameof(L1Penalty));
        CheckBound(MaxGradientNorm, nameof(MaxGradientNorm));
        CheckBound(MaxWeightNorm, nameof(MaxWeightNorm));
        Checkpoint?.Validate();
    }

    /// <summary>The changes of the gradient that the options ask for, in order.</summary>
    internal IEnumerable<GradientChange> GradientChanges(IReadOnlyList<Parameter> parameters)
    {
        if (L1Penalty is { } penalty)
            yield return new L1Penalty(parameters, penalty);
        if (MaxGradientNorm is { } maxNorm)
            yield return new GradientClipping(parameters, maxNorm);
    }

    /// <summary>The constraint of the weights that the options ask for; null for none.</summary>
    internal MaxNormConstraint? Constraint(IReadOnlyList<Parameter> parameters)
        => MaxWeightNorm is { } maxNorm ? new MaxNormConstraint(parameters, maxNorm) : null;

    private static void CheckBound(double? value, string name)
        => Guard.Option(value is null || (value > 0 && double.IsFinite(value.Value)), name, value, "more than 0, or null");
}
