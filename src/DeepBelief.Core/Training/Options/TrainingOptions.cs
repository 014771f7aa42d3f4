using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Training options of an energy model. Immutable; validated when a run starts.</summary>
public record TrainingOptions : OptimizationOptions
{
    /// <summary>Learning rate, 0 or more, not 0 in the first epoch. Default: 0.05; use about 0.001 for Gaussian units or Adam.</summary>
    public override Schedule LearningRate { get; init; } = 0.05;

    /// <summary>The optimizer. Default: SGD with Hinton's momentum and a weight decay of 0.0002.</summary>
    public override OptimizerSettings Optimizer { get; init; } = new SgdSettings();

    /// <summary>The negative phase. Default: contrastive divergence with one step.</summary>
    public NegativePhase NegativePhase { get; init; } = new ContrastiveDivergence();

    /// <summary>Centers the units, for a better-conditioned gradient; null, the default, does not. Requires an <see cref="Rbm"/>.</summary>
    public CenteringOptions? Centering { get; init; }

    /// <summary>Target activity of binary hidden units of an <see cref="Rbm"/>; null, the default, for none.</summary>
    public SparsityOptions? Sparsity { get; init; }

    /// <summary>
    /// True to initialize an untrained model from its data, for example its visible biases to the log-odds of the data's means
    /// (<see cref="IEnergyModel.InitializeFromData"/>). Default: true.
    /// </summary>
    public bool InitializeFromData { get; init; } = true;

    /// <summary>Rows to evaluate per epoch, drawn once from the validation rows, else the training rows; 1 or more. Default: 1000.</summary>
    public int EvaluationRows { get; init; } = 1000;

    /// <summary>The metric that early stopping monitors. Default: the reconstruction error.</summary>
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
