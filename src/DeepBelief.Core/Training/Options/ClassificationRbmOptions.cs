using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Training options of a <see cref="ClassificationRbm"/>. Immutable; validated when a run starts.</summary>
/// <remarks>
/// The objective is the mean of <see cref="DiscriminativeWeight"/> · -log p(y | v) + <see cref="GenerativeWeight"/> · -log p(v,
/// y) over rows. The first gradient is exact; the second uses a negative phase. Early stopping monitors the mean -log p(y | v) on
/// the validation rows, or on training rows if there are none. Where rows have no label, the means of -log p(y | v), also in -log p(v,
/// y) = -log p(v) - log p(y | v), are over those that have one, so that few labels keep their say among many rows.
/// </remarks>
public sealed record ClassificationRbmOptions : OptimizationOptions
{
    internal const double DefaultLearningRate = 0.05;

    /// <summary>Learning rate, 0 or more, and more than 0 in the first epoch. Default: 0.05, and so is null.</summary>
    public override Schedule? LearningRate { get; init; } = DefaultLearningRate;

    /// <summary>
    /// The optimizer. Default: SGD with a momentum of 0.5, 0.9 from the sixth epoch on (Hinton 2012, section 9), and a weight decay
    /// of 0.0002.
    /// </summary>
    public override OptimizerSettings Optimizer { get; init; } = new SgdSettings { Momentum = Schedule.Switch(0.5, 6, 0.9), WeightDecay = 2e-4 };

    /// <summary>Weight of -log p(y | v), 0 or more. Default: 1; 0 is generative training.</summary>
    public double DiscriminativeWeight { get; init; } = 1;

    /// <summary>Weight of -log p(v, y), 0 or more. Default: 0.01, the best on MNIST in Larochelle and Bengio 2008; 0 is discriminative training.</summary>
    public double GenerativeWeight { get; init; } = 0.01;

    /// <summary>The negative phase of the generative part. Default: contrastive divergence with one step.</summary>
    /// <remarks>
    /// Persistent chains rarely change their label, so they lag behind a model that changes fast, and classes can be forgotten.
    /// With persistent chains, use low momentum and a decreasing learning rate.
    /// </remarks>
    public NegativePhase NegativePhase { get; init; } = new ContrastiveDivergence();

    /// <summary>True to initialize an untrained model's biases from the data's means. Default: true.</summary>
    public bool InitializeFromData { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        _ = faults.NotNull(NegativePhase);
        faults.Option(DiscriminativeWeight >= 0 && double.IsFinite(DiscriminativeWeight), nameof(DiscriminativeWeight), DiscriminativeWeight, "0 or more");
        faults.Option(GenerativeWeight >= 0 && double.IsFinite(GenerativeWeight), nameof(GenerativeWeight), GenerativeWeight, "0 or more");
        faults.Option(DiscriminativeWeight != 0 || GenerativeWeight != 0, nameof(GenerativeWeight), GenerativeWeight, $"more than 0 where {nameof(DiscriminativeWeight)} is 0");
        faults.Throw();
    }
}
