using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.GenerativeClassifiers;

/// <summary>A deep belief network that tells classes and draws them, as in Hinton, Osindero and Teh 2006.</summary>
internal sealed class GenerativeClassifierExperiment : Experiment<GenerativeClassifierResults>
{
    public override string Name => "generative-classifier";

    public override string Description => "a deep belief network with labels at its top, greedy and up-down training, images drawn by class";

    public override bool TakesAnyImages => true;

    /// <summary>What to do with each set of images.</summary>
    public Func<ImageSet, GenerativeClassifierRecipe> Recipe { get; init; } = GenerativeClassifierRecipe.Of;

    protected override void Fill(ExperimentContext context, GenerativeClassifierResults results)
    {
        var recipe = results.Recipe = Recipe(context.Options.Images);
        foreach (var seed in context.Options.Seeds)
            new GenerativeClassifierRun(context, recipe, seed).Run(results);
    }
}

/// <summary>Trains the network with one seed, and has it draw.</summary>
/// <remarks>
/// The test images are looked at once by the network after greedy training, once after up-down, and once by the judge, which is
/// that of the first seed.
/// </remarks>
internal sealed class GenerativeClassifierRun(ExperimentContext context, GenerativeClassifierRecipe recipe, int seed)
{
    private readonly torch.Device device = context.Options.TorchDevice();

    private MnistSplit Data => context.Data.Whole;

    private int Classes => context.Options.Images.Classes.Count;

    /// <summary>Adds what is finished as it goes.</summary>
    public void Run(GenerativeClassifierResults results)
    {
        using var all = Data.Train();
        using var training = all.Part(0, all.Count - recipe.ValidationRows);
        using var validation = recipe.ValidationRows > 0 ? all.Part(training.Count, recipe.ValidationRows) : null;

        var greedy = TrainGreedily(training, validation, results);
        var isKept = results.Keep(greedy);
        try
        {
            var untied = FineTune(greedy, training, validation, results);
            var isUntiedKept = results.Keep(untied);
            try
            {
                var judge = results.Judge ?? TrainJudge(training, validation, results);
                Draw(GenerativeResult.Greedy, (labels, generator) => greedy.Sample(labels, recipe.Draws.Steps, generator, context.CancellationToken), judge, results);
                if (untied is not null)
                    Draw(GenerativeResult.UpDown, (labels, generator) => untied.Sample(labels, recipe.Draws.Steps, generator, context.CancellationToken), judge, results);
            }
            finally
            {
                if (!isUntiedKept)
                    untied?.Dispose();
            }
        }
        finally
        {
            if (!isKept)
                greedy.Dispose();
        }
    }

    private ClassificationDbn TrainGreedily(LabelledImages training, LabelledImages? validation, GenerativeClassifierResults results)
    {
        var options = recipe.Greedy with
        {
            Layers = [.. recipe.Greedy.Layers!.Select(layer => layer with { Seed = seed })],
            Top = recipe.Greedy.Top with { Seed = seed },
            Seed = seed,
        };
        var title = $"DBN {recipe.Layers} with labels: greedy training";
        var trained = context.Store.Train(
            title,
            folder => folder.FileOf("generative", seed, device, Identity(training, validation)),
            () => ClassificationDbn.Bernoulli(recipe.Sizes, Classes, recipe.Weights, seed, device),
            (network, checkpoint, progress) => network.Fit(
                training.Images, training.Labels, options with { Checkpoint = checkpoint }, Pair(validation), progress, cancellationToken: context.CancellationToken),
            history => history.Layers.Aggregate(history.Top.Last.Elapsed, (sum, layer) => sum + layer.Last.Elapsed));
        var epochs = trained.History.Layers.Sum(layer => layer.Epochs.Count) + trained.History.Top.Epochs.Count;
        var below = $"learns from the {options.Inputs} of the layer below";
        context.Record(new Stage(title, seed, trained.Time, training.Count * epochs, trained.Reused)
        {
            Settings =
            [
                .. options.Layers!.Select((layer, i) => StageSettings.Of(
                    FormattableString.Invariant($"{title}, layer {i + 1}, {recipe.Sizes[i]}-{recipe.Sizes[i + 1]}"), layer, Images(training), WeightsText(i), i > 0 ? below : null)),
                StageSettings.Of(
                    FormattableString.Invariant($"{title}, top, {recipe.Sizes[^2]} and {Classes} labels-{recipe.Sizes[^1]}"), options.Top, Images(training), WeightsText(recipe.Sizes.Count - 2), below),
            ],
        });
        try
        {
            var test = trained.Model.Score(Data.TestImages, Data.TestLabels);
            results.Add(new(seed, GenerativeResult.Greedy, trained.History.Top.Epochs, test, trained.Time), trained.History.Layers);
            return trained.Model;
        }
        catch
        {
            trained.Model.Dispose();
            throw;
        }
    }

    // Null where there is no phase.
    private UntiedDbn? FineTune(ClassificationDbn greedy, LabelledImages training, LabelledImages? validation, GenerativeClassifierResults results)
    {
        UntiedDbn? network = null;
        try
        {
            var epochs = new List<ClassifierMetrics>();
            foreach (var (i, phase) in recipe.UpDown.Index())
            {
                var before = network;
                var options = phase with { Seed = seed };
                var title = $"DBN {recipe.Layers} with labels: up-down{(recipe.UpDown.Count > 1 ? $", phase {i + 1} of {recipe.UpDown.Count}" : "")}";
                var trained = context.Store.Train(
                    title,
                    folder => folder.FileOf($"up-down-{i + 1}", seed, device, [.. Identity(training, validation), .. recipe.UpDown.Take(i + 1).Select(one => one.ToString())]),
                    () => before?.Clone() ?? greedy.Untie(),
                    (untied, checkpoint, progress) => untied.Fit(
                        training.Images, training.Labels, options with { Checkpoint = checkpoint }, validation is null ? null : (validation.Images, validation.Labels), progress, cancellationToken: context.CancellationToken),
                    history => history.Last.Elapsed);
                network = trained.Model;
                before?.Dispose();
                context.Record(new Stage(title, seed, trained.Time, training.Count * trained.History.Epochs.Count, trained.Reused)
                {
                    Settings = [StageSettings.Of(title, options, Images(training))],
                });
                var (count, time) = epochs is [.., var last] ? (last.Epoch, last.Elapsed) : (0, TimeSpan.Zero);
                epochs.AddRange(trained.History.Epochs.Select(epoch => new ClassifierMetrics(
                    count + epoch.Epoch, epoch.LearningRate, epoch.Train!, epoch.Validation, time + epoch.Elapsed)));
            }

            if (network is not null)
                results.Add(new(seed, GenerativeResult.UpDown, epochs, network.Score(Data.TestImages, Data.TestLabels), epochs[^1].Elapsed));
            return network;
        }
        catch
        {
            network?.Dispose();
            throw;
        }
    }

    private Classifier TrainJudge(LabelledImages training, LabelledImages? validation, GenerativeClassifierResults results)
    {
        var judge = recipe.Judge;
        using var pretrained = context.Pretrain(judge.Dbn.Plan(seed, training.Images));
        var options = judge.FineTuning.Options(judge.Epochs, seed);
        const string Title = "Judge: fine-tuning";
        var trained = context.Store.Train(
            Title,
            folder => folder.FileOf(
                "judge",
                seed,
                device,
                [string.Join('x', training.Images.shape), string.Join('-', judge.Dbn.Sizes), .. judge.Dbn.Layers.Select(layer => layer.ToString()), judge.Dbn.Weights.ToString(), judge.FineTuning.ToString(), options.ToString()]),
            () => pretrained.Dbn.ToClassifier(Classes, seed, judge.FineTuning.Dropout),
            (classifier, checkpoint, progress) => classifier.FitClassifier(
                training.Images, training.Labels, options with { Checkpoint = checkpoint }, Pair(validation), progress, cancellationToken: context.CancellationToken),
            history => history.Last.Elapsed);
        context.Record(Stage.Of(Title, trained.Model, options, training.Count, trained.History) with { Reused = trained.Reused });
        try
        {
            var test = trained.Model.Score(Data.TestImages, Data.TestLabels);
            results.AddJudge(new($"DBN {string.Join('-', judge.Dbn.Sizes)}, {judge.FineTuning.Name}", test, pretrained.Time + trained.Time), trained.Model);
            return trained.Model;
        }
        catch
        {
            trained.Model.Dispose();
            throw;
        }
    }

    private void Draw(string training, Func<torch.Tensor, torch.Generator?, torch.Tensor> sample, Classifier judge, GenerativeClassifierResults results)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = SeededGenerator.For(device, seed);
        var images = context.Output.Stage($"Images drawn after {training}", _ => sample(DrawnImages.Labels(Classes, recipe.Draws.PerClass, device), generator));
        var seen = judge.Predict(images).cpu().data<long>().Select(label => (int)label).ToArray();
        results.Add(new DrawnImages(seed, training, recipe.Draws.PerClass, seen), images.DetachFromDisposeScope());
    }

    // All that determines what greedy training comes to.
    private string[] Identity(LabelledImages training, LabelledImages? validation) =>
    [
        recipe.Layers,
        recipe.Weights.ToString(),
        string.Join('x', training.Images.shape),
        string.Join('x', validation?.Images.shape ?? []),
        (recipe.Greedy with { Layers = null }).ToString(),
        .. recipe.Greedy.Layers!.Select(layer => layer.ToString()),
    ];

    private string WeightsText(int layer)
        => FormattableString.Invariant($"weights drawn from N(0, s²), s = {recipe.Weights.StandardDeviation(recipe.Sizes[layer] + (layer == recipe.Sizes.Count - 2 ? Classes : 0), recipe.Sizes[layer + 1])}");

    private static string Images(LabelledImages training) => FormattableString.Invariant($"{training.Count:N0} images");

    private static (torch.Tensor, torch.Tensor)? Pair(LabelledImages? images) => images is null ? null : (images.Images, images.Labels);
}
