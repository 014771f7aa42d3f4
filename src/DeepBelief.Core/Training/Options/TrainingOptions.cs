using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Training options of an energy model. Immutable; validated when a run starts.</summary>
/// <remarks>
/// What an option leaves open, a run chooses for the model, its data and the other options; <see cref="Resolve"/> returns the
/// choice. The rules were found on small data sets whose likelihood is known exactly and on images.
/// </remarks>
public record TrainingOptions : OptimizationOptions
{
    /// <summary>
    /// Learning rate, 0 or more, not 0 in the first epoch. Null, the default, falls with the square root of the number of updates,
    /// from a value for the negative phase and the optimizer.
    /// </summary>
    public override Schedule? LearningRate { get; init; }

    /// <summary>The optimizer. Default: SGD with a momentum of 0.5.</summary>
    public override OptimizerSettings Optimizer { get; init; } = new SgdSettings();

    /// <summary>
    /// The negative phase. Null, the default, is <see cref="PersistentContrastiveDivergence"/> with 100 chains, which costs about as
    /// much as contrastive divergence in batches of 100 rows, for an <see cref="Rbm"/> whose visible states can be listed, such as
    /// bits, and whose rows are whole. It is <see cref="ContrastiveDivergence"/> with one step for real numbers, with
    /// <see cref="MissingValues.LeaveOut"/>, and for other models.
    /// </summary>
    public NegativePhase? NegativePhase { get; init; }

    /// <summary>
    /// Centers the units, for a better-conditioned gradient; null does not. Default: <see cref="CenteringOptions.Automatic"/>, for
    /// every <see cref="Rbm"/> that can be centered.
    /// </summary>
    public CenteringOptions? Centering { get; init; } = CenteringOptions.Automatic;

    /// <summary>Target activity of binary hidden units of an <see cref="Rbm"/>; null, the default, for none.</summary>
    public SparsityOptions? Sparsity { get; init; }

    /// <summary>What NaN in the rows means. Default: <see cref="MissingValues.Reject"/>.</summary>
    public MissingValues MissingValues { get; init; } = MissingValues.Reject;

    /// <summary>
    /// True to initialize an untrained model from its data, for example its visible biases to the log-odds of the data's means
    /// (<see cref="IEnergyModel.InitializeFromData"/>). Default: true.
    /// </summary>
    public bool InitializeFromData { get; init; } = true;

    /// <summary>
    /// The element type of the matrix products. Default: <see cref="ProductPrecision.Float32"/>, that of the model. With
    /// <see cref="ProductPrecision.BFloat16"/>, an <see cref="Rbm"/> with binary units on both sides trains several times as fast on a
    /// processor with AMX-BF16, and faster on one with AVX512-BF16.
    /// </summary>
    /// <remarks>
    /// <para>Weights, biases, momentum and sums over rows stay float32, and so does what is saved. Rounded to bfloat16, whose relative
    /// error is at most 1/256, are: a copy of the weights, made anew at every update; visible rows between 0 and 1, as 0 and 1 are
    /// exact; the inputs of units; their expected states; and the gradient of the weights, once, after its sum over the rows. Nothing
    /// that is rounded adds up from update to update.</para>
    /// <para>For float32 models on the CPU, rows without gaps, and <see cref="ContrastiveDivergence"/> or
    /// <see cref="PersistentContrastiveDivergence"/>. A run that cannot have it is refused, and so is one on a processor without such
    /// products, unless the <see cref="AppContext"/> switch <c>DeepBelief.AllowSlowBFloat16</c> is on.</para>
    /// </remarks>
    public ProductPrecision ProductPrecision { get; init; } = ProductPrecision.Float32;

    /// <summary>The metric that early stopping monitors. Default: the reconstruction error.</summary>
    public TrainingMonitor Monitor { get; init; } = TrainingMonitor.ReconstructionError;

    /// <summary>
    /// The options for the best likelihood: ten temperatures with 100 chains each. An epoch takes several times as long as with the
    /// defaults.
    /// </summary>
    public static TrainingOptions BestLikelihood { get; } = new() { NegativePhase = new ParallelTempering(temperatures: 10, chains: 100) };

    /// <summary>Returns these options with the values that a run uses for what they leave open.</summary>
    /// <param name="model">The model to train; for a <see cref="Dbn"/>, one of its layers.</param>
    /// <param name="rows">Number of training rows, 1 or more. The evaluated rows are those of a run without validation rows.</param>
    /// <param name="sample">Some of the rows, <c>[rows, visible]</c>, as bits that are rarely on learn at a higher rate; null for bits that are on often.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is less than 1.</exception>
    /// <exception cref="ArgumentException">The sample does not fit the model.</exception>
    public TrainingOptions Resolve(IEnergyModel model, long rows, Tensor? sample = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Size(rows);
        if (sample is not null)
            Guard.Rows(sample, model.VisibleSize, model.Representative());
        return ResolveBatches(model, AutomaticOptions.Batches(this, rows), sample) with
        {
            BatchSize = AutomaticOptions.BatchSize(this, rows),
            EvaluationRows = AutomaticOptions.EvaluationRows(this, rows, areMonitored: Patience is not null),
        };
    }

    /// <summary>As <see cref="Resolve"/>, given the number of batches per epoch.</summary>
    internal TrainingOptions ResolveBatches(IEnergyModel model, int batches, Tensor? sample)
    {
        var negativePhase = NegativePhase ?? AutomaticOptions.NegativePhase(model, MissingValues);
        var centering = Centering is { IsAutomatic: true } && !RbmLikelihoodGradient.CanCenter(model) ? null : Centering;
        return this with
        {
            NegativePhase = negativePhase,
            LearningRate = LearningRate ?? AutomaticOptions.LearningRate(
                model, negativePhase, isSmooth: centering is not null && MissingValues == MissingValues.Reject, Optimizer, batches, sample),
            Centering = centering,
            Averaging = Averaging ?? (Patience is null ? AutomaticOptions.Averaging(model) : 0),
        };
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        faults.From(() => Centering?.Validate());
        faults.From(() => Sparsity?.Validate());
        faults.Option(Enum.IsDefined(Monitor), nameof(Monitor), Monitor, "a value of TrainingMonitor");
        faults.Option(Enum.IsDefined(ProductPrecision), nameof(ProductPrecision), ProductPrecision, "a value of ProductPrecision");
        faults.Option(Enum.IsDefined(MissingValues), nameof(MissingValues), MissingValues, "a value of MissingValues");
        faults.Throw();
    }
}
