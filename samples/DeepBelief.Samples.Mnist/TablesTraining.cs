using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Runs;
using TorchSharp;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepBelief.Samples.Mnist;

/// <summary>Makes the tables of one seed: pre-trains without labels, then fine-tunes with them.</summary>
/// <param name="data">Images to train and to test with.</param>
/// <param name="recipe">How to train.</param>
/// <param name="models">Where trained models go, and those that later tables build upon come from.</param>
/// <param name="output">Shows how far the training is.</param>
/// <param name="record">Told what was trained, for the report.</param>
/// <param name="cancellationToken">Stops at the next batch.</param>
internal class TablesTraining(
    MnistSplit data, Recipe recipe, TablesModels models, RunOutput output, Action<Stage> record, CancellationToken cancellationToken)
{
    private const long Pixels = 784;
    private const long Digits = 10;
    private static readonly long[] RbmSizes = [Pixels, 2500];
    private static readonly long[] DbnSizes = [Pixels, 512, 128, 64];

    // An RBM is a DBN of one layer.
    private PretrainedDbn Rbm => models.Rbm ??= Pretrained(TableKind.RbmPretrained, "tables-rbm", RbmSizes, recipe.Rbm);

    private PretrainedDbn Dbn => models.Dbn ??= Pretrained(TableKind.DbnPretrained, "tables-dbn", DbnSizes, recipe.Dbn);

    /// <summary>Makes tables, one seed after the other.</summary>
    /// <param name="tables">Where finished tables go.</param>
    /// <param name="seeds">The seeds.</param>
    /// <param name="kinds">Which tables, in their order.</param>
    /// <param name="begin">What trains those of a seed, and keeps its models where it is told.</param>
    /// <param name="finished">Told of each table when its last seed is finished.</param>
    public static void Run(
        TableSet tables, IReadOnlyList<int> seeds, IReadOnlyList<TableKind> kinds, Func<int, TablesModels, TablesTraining> begin, Action<TableResult> finished)
    {
        foreach (var (index, seed) in seeds.Index())
        {
            // Those of the first seed stay, for the report.
            using var others = index == 0 ? null : new TablesModels();
            var training = begin(seed, others ?? tables.Models);
            foreach (var kind in kinds)
            {
                tables.Add(kind, training.Run(kind));
                if (index == seeds.Count - 1)
                    finished(tables[kind]!);
            }
        }
    }

    public SeedResult Run(TableKind kind)
    {
        switch (kind)
        {
            case TableKind.Rbm:
                return FineTune(kind, Classifier.Random(RbmSizes, Digits, recipe.Seed, data.Device), data);
            case TableKind.RbmPretrained:
                return FineTune(kind, Rbm.Dbn.ToClassifier(Digits, recipe.Seed), data, Rbm);
            case TableKind.RbmControl:
                return FineTune(kind, ShuffledWeights.Of(Rbm.Dbn, Digits, recipe.Seed), data);
            case TableKind.Dbn:
                return FineTune(kind, Classifier.Random(DbnSizes, Digits, recipe.Seed, data.Device), data);
            case TableKind.DbnPretrained:
                return FineTune(kind, Dbn.Dbn.ToClassifier(Digits, recipe.Seed), data, Dbn);
            case TableKind.DbnBinarized:
                var start = Dbn.Dbn.ToClassifier(Digits, recipe.Seed);
                start.CopyFrom(models.Classifiers[TableKind.DbnPretrained]);
                using (var binary = data.Binarized())
                    return FineTune(kind, start, binary, Dbn);
            case TableKind.DbnControl:
                return FineTune(kind, ShuffledWeights.Of(Dbn.Dbn, Digits, recipe.Seed), data);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not one of the tables.");
        }
    }

    /// <summary>Learns from the images alone, layer by layer.</summary>
    protected virtual PretrainedDbn Pretrain(PretrainingPlan plan)
    {
        var dbn = DeepBelief.Dbn.Bernoulli(plan.Sizes, plan.Weights, recipe.Seed, data.Device);
        try
        {
            var histories = output.Stage(
                $"{plan.Title}: pre-training", progress => dbn.Fit(plan.Images, plan.Options, plan.HeldOut, progress, cancellationToken: cancellationToken));
            return new PretrainedDbn(dbn, histories, Start: (1, 1));
        }
        catch
        {
            dbn.Dispose();
            throw;
        }
    }

    private PretrainedDbn Pretrained(TableKind kind, string name, long[] sizes, DbnTrainingOptions options)
    {
        var plan = new PretrainingPlan(
            TableDefinition.Of(kind).Title, name, sizes, WeightInitialization.Original, options, data.TrainImages, data.HeldOutImages);
        var result = Pretrain(plan);
        record(Stage.Of(plan, result));
        return result;
    }

    /// <summary>Learns from images and labels, and is scored on the training and the test images after every epoch.</summary>
    private SeedResult FineTune(TableKind kind, Classifier classifier, MnistSplit split, PretrainedDbn? pretrained = null)
    {
        try
        {
            // The original's networks end in a softmax, and its loss takes another of that. Not disposed: the classifier is all it holds.
            Network network = recipe.Loss == LossKind.Original ? torch.nn.Sequential(classifier, torch.nn.Softmax(1)) : classifier;
            var title = $"{TableDefinition.Of(kind).Title}: fine-tuning";
            var history = output.Stage(title, progress => ClassifierTraining.FitClassifier(
                network, split.TrainImages, split.TrainLabels, recipe.FineTuning, (split.TestImages, split.TestLabels), progress, cancellationToken: cancellationToken));
            record(Stage.Of(title, network, recipe.FineTuning, split.TrainImages.shape[0], history));
            models.Classifiers.Add(kind, classifier);
            return new SeedResult(
                recipe.Seed,
                [.. history.Epochs.Select(e => new EpochResult(e.Epoch, e.Validation!.Loss, e.Train.Loss, e.Validation.Accuracy, e.Train.Accuracy))],
                pretrained?.Histories);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }
}
