using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Options of the up-down fine-tuning of an <see cref="UntiedDbn"/>. Immutable; validated when a run starts.</summary>
/// <remarks>What an option leaves open, a run chooses for the network. The choices keep what greedy training has learned.</remarks>
public sealed record UpDownOptions : OptimizationOptions
{
    /// <summary>
    /// Learning rate of all parameters, 0 or more, and more than 0 in the first epoch. Null, the default, is a tenth of what the
    /// layer that learns most slowly would begin with as an untrained <see cref="Rbm"/>, and falls as that does.
    /// </summary>
    public override Schedule? LearningRate { get; init; }

    /// <summary>The optimizer. Default: SGD with a momentum of 0.5.</summary>
    public override OptimizerSettings Optimizer { get; init; } = new SgdSettings();

    /// <summary>
    /// The negative phase of the top machine, whose last states are also where the down pass begins. Null, the default, is that of an
    /// <see cref="Rbm"/>: <see cref="PersistentContrastiveDivergence"/> with 100 chains if the top machine's visible states can be
    /// listed. Hinton, Osindero and Teh 2006 take contrastive divergence with three steps, then six, then ten.
    /// </summary>
    public NegativePhase? NegativePhase { get; init; }

    /// <summary>Centers the units of the top machine; null does not. Default: <see cref="CenteringOptions.Automatic"/>, if it can be centered.</summary>
    public CenteringOptions? Centering { get; init; } = CenteringOptions.Automatic;

    /// <summary>
    /// How much -log p(y | v), as <see cref="UntiedDbn.forward"/> has it, counts beside the two divergences, 0 or more; of rows with a
    /// label, as <see cref="ClassificationRbmOptions.DiscriminativeWeight"/>. It is to tell classes better, and trains the recognition
    /// parameters and the machine at the top. 0 for networks without labels. Default: 0, as in Hinton, Osindero and Teh 2006.
    /// </summary>
    public double DiscriminativeWeight { get; init; }

    /// <summary>
    /// Units that the discriminative part leaves out at random, row by row, so that it tells classes of unseen rows better: of the
    /// inputs, and of the hidden units of all layers, the top one's among them. With it, a larger <see cref="DiscriminativeWeight"/> pays:
    /// on MNIST 60, where without it 20 overfits. Null, the default, leaves none out.
    /// </summary>
    public DropoutRates? Dropout { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        faults.From(() => Centering?.Validate());
        faults.Option(DiscriminativeWeight >= 0 && double.IsFinite(DiscriminativeWeight), nameof(DiscriminativeWeight), DiscriminativeWeight, "0 or more");
        faults.From(() => Dropout?.Validate(), nameof(Dropout));
        faults.Option(Dropout is null || DiscriminativeWeight != 0, nameof(Dropout), Dropout, $"null, as {nameof(DiscriminativeWeight)} is 0");
        faults.Option(Group is null, nameof(Group), Group, "null: up-down fine-tuning is for a process alone");
        faults.Throw();
    }

    /// <summary>The options of the top machine.</summary>
    internal TrainingOptions OfTop => new() { Optimizer = Optimizer, L1Penalty = L1Penalty, NegativePhase = NegativePhase, Centering = Centering };

    /// <summary>Returns these options with the values that a run uses for what they leave open.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batches">Batches per epoch.</param>
    internal UpDownOptions Resolve(UntiedDbn model, int batches)
    {
        var top = OfTop.ResolveBatches(model.TopMachine, batches, sample: null);
        return this with
        {
            NegativePhase = top.NegativePhase,
            Centering = top.Centering,
            LearningRate = LearningRate ?? AutomaticOptions.UpDownLearningRate(model, top, batches),
            Averaging = Averaging ?? (Patience is null ? top.Averaging : 0),
        };
    }
}
