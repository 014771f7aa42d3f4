using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Options of every training run: epochs, updates and stopping. Immutable; validated when a run starts.</summary>
public abstract record OptimizationOptions
{
    private protected OptimizationOptions()
    {
    }

    /// <summary>Passes over the data, 1 or more. Default: 10.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>
    /// Rows per batch, 1 or more. Every epoch uses every row; the last batch may be smaller. Null, the default, uses a twentieth of
    /// the rows, but at least 20 and at most 100.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>Learning rate, 0 or more, and more than 0 in the first epoch.</summary>
    public abstract Schedule? LearningRate { get; init; }

    /// <summary>The optimizer.</summary>
    public abstract OptimizerSettings Optimizer { get; init; }

    /// <summary>
    /// L1 penalty of weights, parameters with two or more dimensions: adds this multiple of sign(w) to their gradients. More than
    /// 0, typically 0.0001 to 0.01. Drives useless weights to within a step of zero and lets others grow large (Hinton 2012,
    /// section 10). Null, the default, disables it. For L2, use <see cref="SgdSettings.WeightDecay"/> or
    /// <see cref="AdamSettings.WeightDecay"/>.
    /// </summary>
    public double? L1Penalty { get; init; }

    /// <summary>
    /// Gradient clipping: maximum norm over all parameters, more than 0 (Pascanu, Mikolov and Bengio 2013). Includes the L1
    /// penalty but not the optimizer's weight decay. Null, the default, disables it.
    /// </summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>
    /// Maximum norm of a unit's incoming weights, more than 0: each update scales longer rows of a weight matrix back to it
    /// (Srebro, Rennie and Jaakkola 2004; Srivastava et al. 2014, "Dropout", section 5.1, where 3 to 4 is usual). Null, the
    /// default, disables it.
    /// </summary>
    /// <remarks>
    /// A row holds the weights from the layer below, in <c>nn.Linear</c>, or from the visible units, in <see cref="Rbm"/>. For
    /// parameters of more dimensions, all dimensions but the first form the row.
    /// </remarks>
    public double? MaxWeightNorm { get; init; }

    /// <summary>
    /// Parameter averaging: at its end, the run sets the parameters to their moving mean over about the last fraction of its
    /// updates, in [0, 1); 0 for none (Polyak and Juditsky 1992, "Acceleration of stochastic approximation by averaging").
    /// Removes the noise of the last updates, such as the swings of persistent chains. Not with <see cref="Patience"/>.
    /// Null, the default, is 0.2 for an <see cref="Rbm"/> without <see cref="Patience"/>, and otherwise 0.
    /// </summary>
    public double? Averaging { get; init; }

    /// <summary>
    /// Early stopping: ends the run after this many epochs without a new best value, 1 or more. The run then restores the
    /// parameters of the best epoch, also if it reaches the last epoch. Null, the default, runs all epochs and keeps the last
    /// parameters.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Rows to evaluate after every epoch, drawn once, 1 or more: of an energy model from the validation rows, if there are any,
    /// else from the training rows; of a classifier from the training rows, beside all validation rows. Null, the default, is a
    /// twentieth of the training rows, 20 to 1000, which takes a few percent of the time, or more where there are fewer than 400
    /// training rows, of which 20 are more than a twentieth; and 1000 where more hangs on them: where early stopping monitors them,
    /// and of an energy model's validation rows.
    /// </summary>
    public int? EvaluationRows { get; init; }

    /// <summary>
    /// Seed of shuffling and sampling. Default: 0. Runs with the same seed, data, device, number of threads and build of torch are
    /// bit-identical. With another number of threads, torch may add up products and sums in another order: fine-tuning of a
    /// classifier does, and any run may. On CUDA, where TorchSharp supports no own generators, the run reseeds and uses torch's
    /// default generator in every epoch.
    /// </summary>
    public long Seed { get; init; }

    /// <summary>Saves checkpoints, to resume an interrupted run. Null, the default, saves none.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>
    /// The processes that train the model together, each on its share of the rows of every batch; all of them make the same call, with
    /// the same model, data and options. Null, the default, trains in this process alone.
    /// </summary>
    /// <remarks>
    /// <para>A batch, of <see cref="BatchSize"/> rows over all ranks, is divided among them, and every update takes the mean of the
    /// gradients over all its rows: what the options say of gradients, such as momentum, clipping, centering or sparsity, is true of that
    /// mean. Without chance, in a positive phase or a loss, that is what one process computes, up to rounding. Chains are more: every rank
    /// has as many persistent chains as the negative phase says, which stay there, and draws random numbers of its own. A source returns
    /// the same whole batches on all ranks.</para>
    /// <para>Rank 0's initial weights are those of all. After every epoch the parameters are the same bits on all ranks, or the run
    /// ends. The metrics that stop a run early, and the checkpoint, are those of rank 0, the only one that writes and reads the file. It
    /// has the chains of all ranks, so that as many ranks go on to the same bits; with more or fewer ranks, a run goes on with other
    /// chains and random numbers.</para>
    /// <para>A token that is cancelled on one rank ends the run on all of them before the same update. A rank that fails, or whose
    /// process dies, ends it by a <see cref="GroupFailedException"/> on all others. Ranks with other data, options or versions are refused
    /// at the start, by an <see cref="ArgumentException"/> that names the difference.</para>
    /// <para>Refused for up-down fine-tuning, for unlabelled rows beside labelled ones, and with a
    /// <see cref="VirtualAdversarialOptions.BalanceWeight"/>: their objectives are no means over rows.</para>
    /// </remarks>
    public IProcessGroup? Group { get; init; }

    /// <summary>Throws if options are out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Options are out of range; the message names all of them, each on a line.</exception>
    /// <exception cref="ArgumentNullException">One option that has to be there is null, and no other is wrong.</exception>
    public virtual void Validate()
    {
        var faults = new OptionFaults();
        faults.Option(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        faults.Option(BatchSize is null or >= 1, nameof(BatchSize), BatchSize, "1 or more, or null");
        faults.Option(Averaging is null or (>= 0 and < 1), nameof(Averaging), Averaging, "a value in [0, 1), or null");
        faults.Option(Averaging is not > 0 || Patience is null, nameof(Averaging), Averaging, $"null or 0 with {nameof(Patience)}, which restores the best epoch's parameters");
        faults.Option(Patience is null or >= 1, nameof(Patience), Patience, "1 or more, or null");
        faults.Option(EvaluationRows is null or >= 1, nameof(EvaluationRows), EvaluationRows, "1 or more, or null");
        faults.Option(
            LearningRate is null || (LearningRate.All(r => r >= 0 && double.IsFinite(r)) && LearningRate.At(1, Math.Max(Epochs, 1)) > 0),
            nameof(LearningRate),
            LearningRate,
            "0 or more, and more than 0 in the first epoch");
        if (faults.NotNull(Optimizer))
            faults.From(Optimizer.Validate);
        Bound(L1Penalty, nameof(L1Penalty));
        Bound(MaxGradientNorm, nameof(MaxGradientNorm));
        Bound(MaxWeightNorm, nameof(MaxWeightNorm));
        faults.From(() => Checkpoint?.Validate());
        faults.Throw();

        void Bound(double? value, string name)
            => faults.Option(value is null || (value > 0 && double.IsFinite(value.Value)), name, value, "more than 0, or null");
    }

    /// <summary>Creates the gradient changes of the options, in order.</summary>
    internal IEnumerable<GradientChange> GradientChanges(IReadOnlyList<Parameter> parameters)
    {
        if (L1Penalty is { } penalty)
            yield return new L1Penalty(parameters, penalty);
        if (MaxGradientNorm is { } maxNorm)
            yield return new GradientClipping(parameters, maxNorm);
    }

    /// <summary>Creates the weight constraint of the options; null for none.</summary>
    internal MaxNormConstraint? Constraint(IReadOnlyList<Parameter> parameters)
        => MaxWeightNorm is { } maxNorm ? new MaxNormConstraint(parameters, maxNorm) : null;
}
