using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>How a <see cref="ClassificationRbm"/> is trained. Immutable; checked when a run starts.</summary>
/// <remarks>
/// The objective is <see cref="DiscriminativeWeight"/> · -log p(y | v) + <see cref="GenerativeWeight"/> · -log p(v, y), means
/// over rows. The first gradient is exact; the second is that of any energy model. Early stopping looks at the mean
/// -log p(y | v) on the test rows, or on training rows where there are none.
/// </remarks>
public sealed record ClassificationRbmOptions : OptimizationOptions
{
    /// <summary>Step size of the updates, more than 0. Default: 0.05.</summary>
    public override Schedule LearningRate { get; init; } = 0.05;

    /// <summary>The optimizer. Default: SGD with Hinton's momentum and a weight decay of 0.0002.</summary>
    public override OptimizerSettings Optimizer { get; init; } = new SgdSettings();

    /// <summary>Weight of -log p(y | v), 0 or more. Default: 1; 0 is generative training.</summary>
    public double DiscriminativeWeight { get; init; } = 1;

    /// <summary>
    /// Weight of -log p(v, y), 0 or more. Default: 0.01, hybrid training as Larochelle and Bengio 2008 found it best on
    /// MNIST; 0 is discriminative training.
    /// </summary>
    public double GenerativeWeight { get; init; } = 0.01;

    /// <summary>Where the rows of the generative part's negative phase come from. Default: contrastive divergence with one step.</summary>
    /// <remarks>
    /// Persistent chains seldom change their label, so that they fall behind a model that changes fast, and classes are lost
    /// again: with them, use little momentum and a learning rate that falls.
    /// </remarks>
    public NegativePhase NegativePhase { get; init; } = new ContrastiveDivergence();

    /// <summary>Whether an untrained model's biases are first set to what the data's means say. Default: true.</summary>
    public bool InitializeFromData { get; init; } = true;

    /// <summary>Training rows on which an epoch is evaluated, 1 or more, drawn once. Default: 1000. Test rows are all used.</summary>
    public int EvaluationRows { get; init; } = 1000;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(NegativePhase);
        Guard.Option(DiscriminativeWeight >= 0 && double.IsFinite(DiscriminativeWeight), nameof(DiscriminativeWeight), DiscriminativeWeight, "0 or more");
        Guard.Option(GenerativeWeight >= 0 && double.IsFinite(GenerativeWeight), nameof(GenerativeWeight), GenerativeWeight, "0 or more");
        Guard.Option(DiscriminativeWeight + GenerativeWeight > 0, nameof(GenerativeWeight), GenerativeWeight, $"more than 0 where {nameof(DiscriminativeWeight)} is 0");
        Guard.Option(EvaluationRows >= 1, nameof(EvaluationRows), EvaluationRows, "1 or more");
    }
}
