using DeepBelief.Sampling;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>What runs choose where options leave it open.</summary>
/// <remarks>
/// The rates are per update and without momentum: SGD with momentum m uses a rate of (1 - m) times as much. They fall with the
/// square root of the number of updates, as the noise of a stochastic gradient has to (Robbins and Monro 1951; Younes 1999, "On
/// the convergence of Markovian stochastic algorithms with rapidly decreasing ergodicity rates", for persistent chains).
/// </remarks>
internal static class AutomaticOptions
{
    // The number of visible units up to which rates are as written below. The inputs of a hidden unit grow with the root of the
    // number, so steps of the weights have to be smaller for more; those of Adam, which add up, with the number itself.
    private const double WidthAtFullRate = 100;

    // The same of a deep machine, whose rate falls faster: in proportion to the number.
    private const double DeepWidthAtFullRate = 150;

    // From here on SGD's rate rises with fewer units, to twice as much, where gradients allow it.
    private const double WidthOfSmallModels = 50;

    // The number of hidden units up to which rates for reals are as written below. What each of them adds to the means of the reals is
    // the same in the direction in which the data are widest, and nothing bounds the sum: with more units, steps have to be smaller,
    // or all overshoot together and weights grow without end. The power is between that of the root and the number, as was measured
    // on correlated columns, with 20 to 1,000 units.
    private const double HiddenAtFullRate = 25;
    private const double HiddenPower = 0.75;

    private const double LinearRate = 0.05;

    // Of hidden units that nothing bounds, however few they are, where the visible ones are reals.
    private const double LinearRateOfReals = 0.01;
    private const double ReluRateOfReals = 0.015;

    // The rate of a layer that begins as a trained one, which a full rate would first undo.
    private const double TiedRate = 0.1;

    // Averages the parameters over the last fifth of a run.
    private const double AveragedFraction = 0.2;

    // Rows that stand for all: at least that many to initialize models and chains, and at most that many to evaluate.
    private const int SampledRows = 1000;

    // Evaluation takes about as long per row as training, so this fraction takes a few percent; fewer rows would tell nothing.
    private const int EvaluatedShare = 20;
    private const int LeastEvaluatedRows = 20;

    /// <summary>Rows to evaluate after an epoch.</summary>
    /// <param name="options">The options, which may say how many.</param>
    /// <param name="rows">Number of training rows.</param>
    /// <param name="areMonitored">True if the rows are of a validation set, or stop the run.</param>
    public static int EvaluationRows(OptimizationOptions options, long rows, bool areMonitored)
        => options.EvaluationRows ?? (areMonitored ? SampledRows : (int)Math.Clamp(rows / EvaluatedShare, LeastEvaluatedRows, SampledRows));

    /// <summary>Rows of a source to read before the first epoch, to draw those to evaluate from.</summary>
    public static int OverviewRows(OptimizationOptions options) => Math.Max(SampledRows, options.EvaluationRows ?? 0);

    /// <summary>Rows per batch: many updates for few rows, few passes over the weights for many.</summary>
    public static int BatchSize(OptimizationOptions options, long rows) => options.BatchSize ?? (int)Math.Clamp(rows / 20, 20, 100);

    /// <summary>Batches per epoch of rows in memory.</summary>
    public static int Batches(OptimizationOptions options, long rows)
    {
        var size = BatchSize(options, rows);
        return (int)((rows + size - 1) / size);
    }

    // For reals CD-1, whose chains start at the batch, adds less noise to the variances.
    public static NegativePhase NegativePhase(IEnergyModel model, MissingValues missing)
        => model is Rbm { Visible.IsDiscrete: true } && missing != MissingValues.LeaveOut ? new PersistentContrastiveDivergence() : new ContrastiveDivergence();

    public static double Averaging(IEnergyModel model)
        => model is Rbm ? AveragedFraction : 0;

    /// <summary>The rate of an energy model, by the epoch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="negativePhase">The negative phase.</param>
    /// <param name="isSmooth">
    /// True if gradients are centered, which else have the units' means in them, and have no noise of values that are drawn for missing ones.
    /// </param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="batches">Batches per epoch.</param>
    /// <param name="sample">Rows of the data; null if there are none yet.</param>
    public static Schedule LearningRate(
        IEnergyModel model, NegativePhase negativePhase, bool isSmooth, OptimizerSettings optimizer, int batches, Tensor? sample)
    {
        if (optimizer is not (SgdSettings or AdamSettings))
            return 0.001;
        if (model is not Rbm rbm)
            return optimizer is SgdSettings ? 0.05 : 0.001;
        var isDiscrete = rbm.Visible.IsDiscrete;
        // Nothing bounds linear hidden units, so that larger steps let them grow without end (Hinton 2012, section 13.2).
        var linear = rbm.Hidden is GaussianUnits ? LinearRate : 1;
        // The rate of the first update, and the number of updates after which its square has halved.
        var (first, updates) = negativePhase switch
        {
            // Chains that can't jump have to follow the model.
            PersistentContrastiveDivergence { Jumps: false } => (isDiscrete ? 2.0 : 0.5, 10),
            PersistentContrastiveDivergence or ParallelTempering => (isDiscrete ? 2.0 : 0.5, 200),
            // Gradients with the units' means in them are larger.
            _ => (isDiscrete ? isSmooth ? 1.5 : 1.0 : 0.5, 200),
        };
        // With bits that are rarely on, inputs grow less, but the few that are on make the gradient noisier: halfway.
        var width = sample is null ? rbm.VisibleSize : Math.Sqrt(rbm.VisibleSize * InputWidth.Of(rbm.Visible, sample));
        var (spread, scale) = (rbm.Visible.Spread, (double)updates / batches);
        var narrow = Math.Min(1, WidthAtFullRate / width);
        if (optimizer is SgdSettings sgd)
        {
            var rise = isSmooth && negativePhase is not PersistentContrastiveDivergence { Jumps: false } ? Math.Clamp(WidthOfSmallModels / width, 1, 2) : 1;
            // The steps of a deep machine move the inputs of a layer from both sides, and one layer passes them on to the next.
            var byWidth = rbm.FixedBlocks is null ? Math.Sqrt(narrow) * rise : Math.Min(1, DeepWidthAtFullRate / width);
            return new SgdRate(first * (isDiscrete ? linear : RateOfReals(rbm.Hidden)) * byWidth / spread, scale, sgd.Momentum);
        }

        // Adam's steps are as large for small gradients as for large ones: their unit is deviations, not variances.
        return Schedule.InverseSquareRoot(0.03 * first * linear * narrow / Math.Sqrt(spread), scale);
    }

    /// <summary>By what SGD's rate is multiplied where the visible units are reals.</summary>
    private static double RateOfReals(UnitLayer hidden)
    {
        var bySize = Math.Min(1, Math.Pow(HiddenAtFullRate / hidden.Size, HiddenPower));
        return hidden switch
        {
            GaussianUnits => Math.Min(LinearRateOfReals, LinearRate * bySize),
            ReluUnits => Math.Min(ReluRateOfReals, bySize),
            _ => bySize,
        };
    }

    /// <summary>The rate of a layer that begins as the trained one below it, given that of one that begins untrained.</summary>
    public static Schedule TiedLearningRate(Schedule untrained) => new ScaledRate(untrained, TiedRate);

    /// <summary>The rate of up-down fine-tuning: of the layer that learns most slowly, in either direction.</summary>
    /// <param name="model">The network.</param>
    /// <param name="top">The options of the top machine, without open ones but for the rate.</param>
    /// <param name="batches">Batches per epoch.</param>
    public static Schedule UpDownLearningRate(UntiedDbn model, TrainingOptions top, int batches)
    {
        // Views, whose units and weights are the network's.
        Rbm[] machines =
        [
            model.TopMachine,
            .. model.Layers.Select(layer => new Rbm(layer.Visible, layer.Hidden, layer.Recognition)),
            .. model.Layers.Select(layer => new Rbm(layer.Hidden, layer.Visible, layer.Generative)),
        ];
        return TiedLearningRate(machines
            .Select(machine => LearningRate(machine, top.NegativePhase!, isSmooth: top.Centering is not null, top.Optimizer, batches, sample: null))
            .MinBy(rate => rate.At(1, 1))!);
    }

    /// <summary>The rate of fine-tuning: few updates need larger ones.</summary>
    public static Schedule NetworkLearningRate(OptimizerSettings optimizer, int batches) => optimizer switch
    {
        AdamSettings => Schedule.InverseSquareRoot(0.005, 100.0 / batches),
        SgdSettings => Schedule.InverseSquareRoot(0.1, 100.0 / batches),
        _ => 0.001,
    };

    private sealed record ScaledRate(Schedule Rate, double Factor) : Schedule
    {
        public override double At(int epoch, int epochs) => Factor * Rate.At(epoch, epochs);

        public override string ToString() => FormattableString.Invariant($"{Factor} * {Rate}");
    }

    /// <summary>A rate that counts the momentum, which multiplies a step by 1 / (1 - m) in the long run.</summary>
    private sealed record SgdRate(double First, double Scale, Schedule Momentum) : Schedule
    {
        private readonly Schedule rate = InverseSquareRoot(First, Scale);

        public override double At(int epoch, int epochs) => rate.At(epoch, epochs) * (1 - Momentum.At(epoch, epochs));

        public override string ToString() => $"({rate}) * (1 - momentum)";
    }
}
