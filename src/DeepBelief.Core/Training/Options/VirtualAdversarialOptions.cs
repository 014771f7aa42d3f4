using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// Virtual adversarial training: a classifier's probabilities are to change little where a row moves a small distance in the
/// direction in which they change most (Miyato, Maeda, Koyama and Ishii 2018, "Virtual adversarial training: a regularization
/// method for supervised and semi-supervised learning"). It needs no labels. Immutable; validated when a run starts.
/// </summary>
/// <remarks>
/// Adds <see cref="Weight"/> times the mean divergence KL(p(y | x) || p(y | x + r)) to the loss, where r has the length
/// <see cref="Distance"/>; p(y | x) and r count as constants in the gradient, as in the paper. Dropout is off in both: the
/// divergence is of the network, not of two draws of its masks. Batch normalization takes the means and variances of the rows
/// themselves, moved or not, as in training, and collects nothing of them.
/// </remarks>
public sealed record VirtualAdversarialOptions
{
    /// <summary>
    /// The length of r, ε in the paper: a Euclidean distance, in input units. More than 0. Default: 1, for images in [0, 1]; where it is
    /// too large, rows of different classes get the same label, and the error grows.
    /// </summary>
    public double Distance { get; init; } = 1;

    /// <summary>How much the divergence counts beside the loss, more than 0. Default: 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>
    /// Steps of the power method that finds the direction, each of which takes about as long as a step of training; 1 or more.
    /// Default: 1.
    /// </summary>
    public int PowerIterations { get; init; } = 1;

    /// <summary>
    /// The length of the step over which the power method takes differences, ξ in the paper; more than 0. Small beside
    /// <see cref="Distance"/>, and large enough that probabilities in float32 change. Default: 0.1.
    /// </summary>
    public double DifferenceStep { get; init; } = 0.1;

    /// <summary>
    /// How much the mean entropy of p(y | x) counts beside the loss, 0 or more: less of it makes predictions sure, which moves the
    /// borders of classes to where there are few rows (Grandvalet and Bengio 2005, "Semi-supervised learning by entropy minimization";
    /// "VAT+EntMin" in Miyato et al. 2018). Above 0, an update takes about a third more time. Default: 0.
    /// </summary>
    public double EntropyWeight { get; init; }

    /// <summary>
    /// How much the entropy of the mean of p(y | x) over a batch counts, 0 or more; the loss falls as it grows, so that every class
    /// keeps its rows (Krause, Perona and Gomes 2010, "Discriminative clustering by regularized information maximization"; with
    /// virtual adversarial training, Hu et al. 2017, "Learning discrete representations via information maximizing self-augmented
    /// training"). For classes that are about equally frequent, and batches of several rows a class; 0 with a
    /// <see cref="OptimizationOptions.Group"/>. Default: 0.
    /// </summary>
    public double BalanceWeight { get; init; }

    /// <summary>
    /// Unlabelled rows per batch, 1 or more. Null, the default, uses a twentieth of the rows, but at least 20 and at most 100.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>Throws if an option is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Options are out of range; the message names all of them.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        Positive(Distance, nameof(Distance));
        Positive(Weight, nameof(Weight));
        faults.Option(PowerIterations >= 1, nameof(PowerIterations), PowerIterations, "1 or more");
        Positive(DifferenceStep, nameof(DifferenceStep));
        NotNegative(EntropyWeight, nameof(EntropyWeight));
        NotNegative(BalanceWeight, nameof(BalanceWeight));
        faults.Option(BatchSize is null or >= 1, nameof(BatchSize), BatchSize, "1 or more, or null");
        faults.Throw();

        void Positive(double value, string name) => faults.Option(value > 0 && double.IsFinite(value), name, value, "more than 0");

        void NotNegative(double value, string name) => faults.Option(value >= 0 && double.IsFinite(value), name, value, "0 or more");
    }
}
