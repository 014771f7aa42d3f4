using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Mnist;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Tables;

/// <summary>The original's comparison: five epochs of fine-tuning with and without pre-training, as five tables, and two controls.</summary>
internal sealed class TablesExperiment : Experiment<TablesResults>
{
    public override string Name => "tables";

    public override string Description => "the original's five tables, with and without pre-training, and two controls";

    public override bool TakesProducts => true;

    protected override void Fill(ExperimentContext context, TablesResults results) => TablesTraining.Run(
        results,
        context.Options.Seeds,
        context.Options.Tables,
        (seed, models) => new StoredTraining(context, RecipeOf(context.Options, seed), models),
        table => context.Publish(TablesResults.FindingOf(table)));

    /// <summary>How to train with a seed.</summary>
    internal static Recipe RecipeOf(ExperimentOptions options, int seed)
    {
        var recipe = options.Preset == Preset.Paper ? Paper(seed) : Recipe.Quick(seed);
        return recipe with { Loss = options.Loss, Rbm = WithProducts(recipe.Rbm), Dbn = WithProducts(recipe.Dbn) };

        DbnTrainingOptions WithProducts(DbnTrainingOptions training) => training with { Layers = [.. training.Layers!.Select(options.WithProducts)] };
    }

    /// <summary>The original's pre-training: hundred epochs of CD-10 from large weights.</summary>
    internal static Recipe Paper(int seed)
    {
        var options = new TrainingOptions
        {
            Epochs = 100,
            BatchSize = 128,
            LearningRate = 0.0005,
            Optimizer = new AdamSettings(),
            NegativePhase = new ContrastiveDivergence(10),
            Centering = null,
            InitializeFromData = false,
            Patience = 10,
            EvaluationRows = 1000,
            Seed = seed,
        };
        return new Recipe(
            seed,
            new DbnTrainingOptions { Layers = [options], Seed = seed },
            new DbnTrainingOptions { Layers = [options, options, options], Inputs = LayerInputs.MeanOfSamples(5), Seed = seed });
    }

    /// <summary>Takes pre-training that earlier runs have kept.</summary>
    private sealed class StoredTraining(ExperimentContext context, Recipe recipe, TablesModels models)
        : TablesTraining(context.Data.Original, recipe, models, context.Output, context.Record, context.CancellationToken)
    {
        private readonly ExperimentContext context = context;

        protected override PretrainedDbn Pretrain(PretrainingPlan plan) => context.Store.Train(plan, context.CancellationToken);
    }
}

/// <summary>The tables, as far as they are finished, and the models of the first seed.</summary>
internal sealed class TablesResults : TableSet, IExperimentResults
{
    public static Finding FindingOf(TableResult table) => new() { Shown = table.ToTable(), CsvFile = table.Definition.CsvFile, Csv = table.ToCsv() };

    public IEnumerable<Finding> Findings() => Tables.Select(FindingOf);

    public object ToJson() => new
    {
        Tables = ResultTable.Of(
            "tables",
            Tables,
            new("name", table => table.Definition.Name),
            new("title", table => table.Definition.Title),
            new("epochs", table => table.Epochs),
            new("seeds", table => ResultTable.Of(
                "seeds",
                table.Seeds,
                new("seed", seed => seed.Seed),
                new("epochs", seed => seed.Epochs),
                new("pretraining", seed => seed.Pretraining?.Select(layer => ResultTable.Of(
                    "pretraining",
                    layer.Epochs,
                    new("epoch", epoch => epoch.Epoch),
                    new("learning rate", epoch => epoch.LearningRate),
                    new("reconstruction error", epoch => epoch.ReconstructionError),
                    new("pseudo log likelihood", epoch => epoch.PseudoLogLikelihood),
                    new("free energy gap", epoch => epoch.FreeEnergyGap),
                    new("seconds", epoch => epoch.Elapsed.TotalSeconds)))))),
            new("original", table => table.Definition.Original)),
    };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data)
        => Tables.Count == 0 ? [] : TablesReport.Sections(this, data.Original, run.Options.Loss, run.Options.Seeds[0]);
}
