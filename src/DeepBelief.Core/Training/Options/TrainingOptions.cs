using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>How an energy model is trained. Immutable; checked when a run starts.</summary>
public record TrainingOptions : OptimizationOptions
{
    /// <summary>
    /// Step size of the updates, more than 0. Default: 0.05, for Bernoulli units and SGD; Gaussian units and Adam want
    /// about 0.001.
    /// </summary>
    public override Schedule LearningRate { get; init; } = 0.05;

    /// <summary>The optimizer. Default: SGD with Hinton's momentum and a weight decay of 0.0002.</summary>
    public override OptimizerSettings Optimizer { get; init; } = new SgdSettings();

    /// <summary>Where the rows of the negative phase come from. Default: contrastive divergence with one step.</summary>
    public NegativePhase NegativePhase { get; init; } = new ContrastiveDivergence();

    /// <summary>
    /// Counts units from offsets that move with the data's means, for a better-conditioned gradient. Null, the default, does
    /// not. For an <see cref="Rbm"/>.
    /// </summary>
    public CenteringOptions? Centering { get; init; }

    /// <summary>
    /// A target for how often each hidden unit is on. Null, the default, is none. For an <see cref="Rbm"/> of
    /// binary hidden units.
    /// </summary>
    public SparsityOptions? Sparsity { get; init; }

    /// <summary>
    /// Whether an untrained model is first set up for its data, for example its visible biases to the log-odds of the
    /// data's means (<see cref="IEnergyModel.InitializeFromData"/>). Default: true.
    /// </summary>
    public bool InitializeFromData { get; init; } = true;

    /// <summary>
    /// Rows on which an epoch is evaluated, 1 or more. Default: 1000. They are drawn once: from the validation rows
    /// where there are any, otherwise from the training rows.
    /// </summary>
    public int EvaluationRows { get; init; } = 1000;

    /// <summary>What early stopping looks at. Default: the reconstruction error.</summary>
    public TrainingMonitor Monitor { get; init; } = TrainingMonitor.ReconstructionError;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(NegativePhase);
        Centering?.Validate();
        Sparsity?.Validate();
        Guard.Option(EvaluationRows >= 1, nameof(EvaluationRows), EvaluationRows, "1 or more");
        Guard.Option(Enum.IsDefined(Monitor), nameof(Monitor), Monitor, "a value of TrainingMonitor");
    }
}
