using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Pretraining;
using TorchSharp;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>Makes the tables of one seed.</summary>
/// <param name="context">Options, data and training.</param>
/// <param name="seed">The seed.</param>
/// <param name="models">Where trained models go, and those that later tables build upon come from.</param>
internal sealed class TablesRun(ExperimentContext context, int seed, TablesModels models)
{
    private const long Pixels = 784;
    private const long Digits = 10;
    private static readonly long[] RbmSizes = [Pixels, 2500];
    private static readonly long[] DbnSizes = [Pixels, 512, 128, 64];

    private readonly MnistOptions options = context.Options;
    private readonly Recipe recipe = Recipe.Of(context.Options.Preset, seed);

    private MnistSplit Data => context.Data.Original;

    private PretrainedDbn Rbm => models.Rbm ??= Pretrain(TableKind.RbmPretrained, "rbm", RbmSizes, recipe.Rbm);

    private PretrainedDbn Dbn => models.Dbn ??= Pretrain(TableKind.DbnPretrained, "dbn", DbnSizes, recipe.Dbn);

    public SeedResult Run(TableKind kind)
    {
        switch (kind)
        {
            case TableKind.Rbm:
                return FineTune(kind, Classifier.Random(RbmSizes, Digits, seed, options.TorchDevice()), Data);
            case TableKind.RbmPretrained:
                return FineTune(kind, Rbm.Dbn.ToClassifier(Digits, seed), Data, Rbm);
            case TableKind.RbmControl:
                return FineTune(kind, ShuffledWeights.Of(Rbm.Dbn, Digits, seed), Data);
            case TableKind.Dbn:
                return FineTune(kind, Classifier.Random(DbnSizes, Digits, seed, options.TorchDevice()), Data);
            case TableKind.DbnPretrained:
                return FineTune(kind, Dbn.Dbn.ToClassifier(Digits, seed), Data, Dbn);
            case TableKind.DbnBinarized:
                var start = Dbn.Dbn.ToClassifier(Digits, seed);
                start.CopyFrom(models.Classifiers[TableKind.DbnPretrained]);
                using (var binary = Data.Binarized())
                    return FineTune(kind, start, binary, Dbn);
            case TableKind.DbnControl:
                return FineTune(kind, ShuffledWeights.Of(Dbn.Dbn, Digits, seed), Data);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not one of the tables.");
        }
    }

    private PretrainedDbn Pretrain(TableKind kind, string name, long[] sizes, DbnTrainingOptions training) => context.Pretrain(new PretrainingPlan(
        ConsoleTable.Title(kind),
        $"tables-{name}",
        sizes,
        recipe.Weights,
        training,
        Data.TrainImages,
        Data.HeldOutImages));

    private SeedResult FineTune(TableKind kind, Classifier classifier, MnistSplit split, PretrainedDbn? pretrained = null)
    {
        try
        {
            var history = context.FineTune(ConsoleTable.Title(kind), Outputs(classifier), Recipe.FineTuning(seed), split);
            models.Classifiers.Add(kind, classifier);
            return new SeedResult(
                seed,
                [.. history.Epochs.Select(e => new EpochResult(e.Epoch, e.Validation!.Loss, e.Train.Loss, e.Validation.Accuracy, e.Train.Accuracy))],
                pretrained?.Histories);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    // The original's networks end in a softmax, and its loss takes another of that. Not disposed: the classifier is all it holds.
    private Network Outputs(Classifier classifier)
        => options.Loss == LossKind.Original ? torch.nn.Sequential(classifier, torch.nn.Softmax(1)) : classifier;
}
