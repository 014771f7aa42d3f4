using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.Likelihood;

/// <summary>scikit-learn's example: digits, each also moved by a pixel to four sides, of which a fifth is for testing.</summary>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Features">How the RBM learns, without labels and without a seed.</param>
/// <param name="Regression">How softmax regression learns, on features and on pixels alike.</param>
internal sealed record DigitsRecipe(long Hidden, TrainingOptions Features, ClassifierTrainingOptions Regression)
{
    /// <summary>As many hidden units, passes and batches of ten as in scikit-learn's example; the rest by a fifth of the training digits.</summary>
    public static DigitsRecipe Default { get; } = new(
        100,
        new TrainingOptions
        {
            Epochs = 10,
            BatchSize = 10,
            LearningRate = 0.1,
            Optimizer = new SgdSettings { Momentum = 0.5, WeightDecay = 0 },
            NegativePhase = new ContrastiveDivergence(),
            Centering = null,
            Averaging = 0,
            EvaluationRows = 1000,
        },
        new ClassifierTrainingOptions
        {
            Epochs = 100,
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.05, 0.0005),
            Optimizer = new AdamSettings(),
        });
}

/// <summary>Shares of test digits that are told right, from 0 to 1.</summary>
/// <param name="Features">Softmax regression on an RBM's hidden means.</param>
/// <param name="Pixels">The same on pixels.</param>
internal sealed record DigitsResult(double Features, double Pixels)
{
    /// <summary>As scikit-learn's example has them.</summary>
    public static DigitsResult Published { get; } = new(0.94, 0.78);
}

/// <summary>Does scikit-learn's example over: what are an RBM's features worth to a linear classifier?</summary>
internal sealed class DigitsRun(ExperimentContext context, DigitsRecipe recipe)
{
    private const long Classes = 10;
    private const long Side = 8;
    private const int TestPart = 5;
    private const double LeastDeviation = 1e-3;

    /// <summary>Runs it with the first seed.</summary>
    /// <returns>Null where the digits were not found, which the user is told.</returns>
    public DigitsResult? Run()
    {
        if (DigitsFile.Find(context.Options.DataFolder) is { } path)
        {
            using var digits = DigitsFile.Read(path);
            return Run(digits);
        }

        context.Output.Note(
            $"scikit-learn's digits were not found, and its example is left out: {DigitsFile.Name} of an installed scikit-learn, in the folder of --data, brings it in.");
        return null;
    }

    /// <summary>Runs it with given digits.</summary>
    internal DigitsResult Run(LabelledImages digits)
    {
        using var scope = torch.NewDisposeScope();
        var seed = context.Options.Seeds[0];
        using var generator = new torch.Generator((ulong)(uint)seed);
        var moved = Moved(digits.Images);
        var order = torch.randperm(moved.shape[0], torch.ScalarType.Int64, generator: generator);
        var images = Scaled(moved).index_select(0, order);
        var labels = digits.Labels.repeat(moved.shape[0] / digits.Count).index_select(0, order);
        var testRows = images.shape[0] / TestPart;
        var (train, test) = (Part(0, images.shape[0] - testRows), Part(images.shape[0] - testRows, testRows));

        using var rbm = Rbm.Bernoulli(images.shape[1], recipe.Hidden, WeightInitialization.Normal(0.01), seed);
        const string Title = "8 × 8 digits: RBM";
        var history = context.Output.Stage(Title, progress => rbm.Fit(
            train.Images, recipe.Features with { Seed = seed }, progress: progress, cancellationToken: context.CancellationToken));
        context.Record(new Stage(Title, seed, history.Last.Elapsed, train.Count * history.Epochs.Count)
        {
            Settings = [StageSettings.Of(Title, recipe.Features, FormattableString.Invariant($"{train.Count:N0} images"), FormattableString.Invariant($"{recipe.Hidden} hidden units"))],
        });
        using var noGrad = torch.no_grad();
        return new(
            Accuracy("features", train with { Images = rbm.HiddenMean(train.Images) }, test with { Images = rbm.HiddenMean(test.Images) }),
            Accuracy("pixels", train, test));

        LabelledImages Part(long start, long count) => new(images.narrow(0, start, count), labels.narrow(0, start, count));
    }

    /// <summary>Images and copies of them, moved by a pixel to the left, the right, up and down; what comes in is 0.</summary>
    internal static torch.Tensor Moved(torch.Tensor images)
    {
        using var scope = torch.NewDisposeScope();
        var inner = images.view(-1, Side, Side);
        var wide = torch.zeros(images.shape[0], Side + 2, Side + 2, images.dtype);
        _ = wide.narrow(1, 1, Side).narrow(2, 1, Side).copy_(inner);
        (long Down, long Right)[] starts = [(1, 1), (1, 2), (1, 0), (2, 1), (0, 1)];
        return torch.cat([.. starts.Select(start => wide.narrow(1, start.Down, Side).narrow(2, start.Right, Side).reshape(-1, Side * Side))], 0).MoveToOuterDisposeScope();
    }

    // Each pixel from its least to its greatest value; a pixel that never changes is 0.
    private static torch.Tensor Scaled(torch.Tensor images)
    {
        var (least, greatest) = (images.amin(new long[] { 0 }), images.amax(new long[] { 0 }));
        return (images - least) / (greatest - least).clamp_min(1e-9);
    }

    private double Accuracy(string name, LabelledImages train, LabelledImages test)
    {
        var seed = context.Options.Seeds[0];
        // Of the same scale, which changes nothing in what can be learned, but a lot in how long it takes.
        var mean = train.Images.mean(new long[] { 0 });
        var deviation = (train.Images - mean).pow(2).mean(new long[] { 0 }).sqrt().clamp_min(LeastDeviation);
        using var regression = Classifier.Random([train.Images.shape[1]], Classes, seed);
        _ = context.Train($"8 × 8 digits: softmax regression on {name}", regression, recipe.Regression with { Seed = seed }, train with { Images = (train.Images - mean) / deviation });
        return regression.Score((test.Images - mean) / deviation, test.Labels).Accuracy;
    }
}
