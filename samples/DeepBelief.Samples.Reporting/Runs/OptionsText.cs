using System.Globalization;
using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Samples.Reporting.Runs;

/// <summary>
/// Options for people to read: all that has a say in what is learned. The seed, the checkpoint and what was left out are not
/// named.
/// </summary>
public static class OptionsText
{
    public static IEnumerable<string> Of(OptimizationOptions options) => All(options).OfType<string>();

    private static IEnumerable<string?> All(OptimizationOptions options)
    {
        yield return Text($"{options.Epochs} epochs, {(options.BatchSize is { } rows ? Text($"batches of {rows}") : "batches of the default size")}");
        yield return Text($"learning rate {options.LearningRate?.ToString() ?? "by default"}");
        yield return Optimizer(options.Optimizer);
        yield return options.Averaging is > 0 and var part ? Text($"parameters averaged over the last {part:p0} of the updates") : null;
        yield return options.Group is { Size: > 1 and var ranks } ? Text($"batches divided among {ranks} ranks, each with chains of its own") : null;
        yield return Text("L1 penalty", options.L1Penalty);
        yield return Text("gradients clipped at norm", options.MaxGradientNorm);
        yield return Text("incoming weights at most of norm", options.MaxWeightNorm);
        foreach (var own in options switch
        {
            DbmTrainingOptions training => Own(training).Append(Text($"at most {training.MeanField.MostSweeps} sweeps of inference, tolerance {training.MeanField.Tolerance}")),
            DbmPretrainingOptions training => Own(training).Append(Text($"copies for the layers above {training.UpperCopies}")),
            TrainingOptions training => Own(training),
            ClassifierTrainingOptions training => Own(training),
            ClassificationRbmOptions training => Own(training),
            UpDownOptions training => Own(training),
            AutoencoderTrainingOptions training => Own(training),
            _ => [options.ToString()],
        })
            yield return own;
    }

    private static IEnumerable<string?> Own(TrainingOptions options)
    {
        yield return Phase(options.NegativePhase);
        yield return Centered(options.Centering);
        yield return options.Sparsity is { } sparsity ? Text($"sparsity target {sparsity.Target}, cost {sparsity.Cost}, decay {sparsity.Decay}") : null;
        yield return options.MissingValues switch
        {
            MissingValues.LeaveOut => "missing values left out",
            MissingValues.Draw => "missing values drawn",
            _ => null,
        };
        yield return options.ProductPrecision == ProductPrecision.BFloat16 ? "products in bfloat16" : null;
        yield return Start(options.InitializeFromData);
        yield return Patience(options, options.Monitor == TrainingMonitor.PseudoLogLikelihood ? "pseudo-likelihood" : "reconstruction error");
        yield return options.EvaluationRows is { } rows ? Text($"evaluated on at most {rows} images") : null;
    }

    private static IEnumerable<string?> Own(ClassifierTrainingOptions options)
    {
        yield return options.ClassWeights is { } weights ? Text($"weights of classes {weights}") : null;
        yield return Text("adversarial training at distance", options.AdversarialDistance);
        yield return options.VirtualAdversarial is { } smooth ? Smooth(smooth) : null;
        yield return Patience(options, "loss");
        yield return options.EvaluationRows is { } rows ? Text($"scored on at most {rows} training images") : null;
    }

    private static IEnumerable<string?> Own(AutoencoderTrainingOptions options)
    {
        yield return options.Loss switch
        {
            ReconstructionLoss.SquaredError => "to the least squared error",
            ReconstructionLoss.CrossEntropy => "to the least cross-entropy",
            _ => "to the least loss of the default kind",
        };
        yield return Text("adversarial training at distance", options.AdversarialDistance);
        yield return Patience(options, "loss");
        yield return options.EvaluationRows is { } rows ? Text($"scored on at most {rows} training images") : null;
    }

    private static IEnumerable<string?> Own(ClassificationRbmOptions options)
    {
        yield return Text($"discriminative part {options.DiscriminativeWeight}, generative part {options.GenerativeWeight}");
        yield return options.GenerativeWeight > 0 ? Phase(options.NegativePhase) : null;
        yield return Start(options.InitializeFromData);
        yield return Patience(options, "loss");
        yield return options.EvaluationRows is { } rows ? Text($"scored on at most {rows} training images") : null;
    }

    private static IEnumerable<string?> Own(UpDownOptions options)
    {
        yield return $"top machine by {(options.NegativePhase is { } phase ? Phase(phase) : "its default negative phase")}";
        yield return options.DiscriminativeWeight > 0 ? Text($"discriminative part {options.DiscriminativeWeight}") : null;
        yield return options.Dropout is { } dropout ? Text($"whose inputs are dropped at {dropout.Input}, hidden units at {dropout.Hidden}") : null;
        yield return Centered(options.Centering);
        yield return Patience(options, "loss");
        yield return options.EvaluationRows is { } rows ? Text($"scored on at most {rows} training images") : null;
    }

    private static string? Centered(CenteringOptions? options) => options is null ? null : Text($"centering, sliding factor {options.SlidingFactor}");

    private static string Smooth(VirtualAdversarialOptions options)
    {
        var rows = options.BatchSize is { } count ? Text($"batches of {count}") : "batches of the default size";
        return Text($"virtual adversarial training at distance {options.Distance}, weight {options.Weight}, {options.PowerIterations} steps of {options.DifferenceStep} to find the direction, {rows}")
            + (options.EntropyWeight > 0 ? Text($", entropy of predictions {options.EntropyWeight}") : string.Empty)
            + (options.BalanceWeight > 0 ? Text($", balance of classes {options.BalanceWeight}") : string.Empty);
    }

    private static string? Phase(NegativePhase? phase) => phase switch
    {
        null => "negative phase by default",
        ContrastiveDivergence cd => Text($"CD-{cd.Steps}"),
        PersistentContrastiveDivergence pcd => Text($"PCD-{pcd.Steps} with {pcd.Chains} chains{(pcd.Jumps ? string.Empty : ", no jumps")}"),
        ParallelTempering tempering => Text($"parallel tempering, {tempering.Chains} chains at each of {tempering.InverseTemperatures.Count} temperatures, {tempering.Steps} steps{(tempering.Jumps ? string.Empty : ", no jumps")}"),
        var other => other.ToString(),
    };

    private static string Start(bool fromData) => fromData ? "biases first set from the data" : "biases begin at 0";

    private static string Optimizer(OptimizerSettings optimizer) => optimizer switch
    {
        SgdSettings sgd => Text($"SGD, momentum {sgd.Momentum}, weight decay {sgd.WeightDecay}"),
        AdamSettings adam => Text($"Adam, beta {adam.Beta1} and {adam.Beta2}, epsilon {adam.Epsilon}, weight decay {adam.WeightDecay}"),
        var other => other.ToString(),
    };

    private static string? Patience(OptimizationOptions options, string monitor)
        => options.Patience is { } patience ? Text($"ends after {patience} epochs without a better {monitor}") : null;

    private static string? Text(string name, double? value) => value is { } there ? Text($"{name} {there}") : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
