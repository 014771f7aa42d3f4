using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist;

/// <summary>How the models are pre-trained and fine-tuned.</summary>
internal sealed record Recipe(
    WeightInitialization Weights,
    TrainingOptions Rbm,
    DbnTrainingOptions Dbn)
{
    public static Recipe Of(MnistOptions options) => options.Preset switch
    {
        Preset.Paper => Paper(options.Seed),
        _ => Quick(options.Seed),
    };

    /// <summary>The original's fine-tuning, the same for all tables.</summary>
    public static ClassifierTrainingOptions FineTuning(int seed) => new()
    {
        Epochs = 5,
        BatchSize = 64,
        LearningRate = 0.001,
        Optimizer = new AdamSettings(),
        Seed = seed,
    };

    /// <summary>The original's pre-training: hundred epochs of CD-10 from large weights.</summary>
    private static Recipe Paper(int seed)
    {
        var options = new TrainingOptions
        {
            Epochs = 100,
            BatchSize = 128,
            LearningRate = 0.0005,
            Optimizer = new AdamSettings(),
            NegativePhase = new ContrastiveDivergence(10),
            InitializeFromData = false,
            Patience = 10,
            Seed = seed,
        };
        return new Recipe(
            WeightInitialization.Original,
            options,
            new DbnTrainingOptions { Layers = [options, options, options], Inputs = LayerInputs.MeanOfSamples(5), Seed = seed });
    }

    /// <summary>
    /// A few epochs of CD-1. Larger weights to begin with, more momentum and no weight decay: worse as a model of the
    /// digits than Hinton's recipe in the end, but it has useful features sooner.
    /// </summary>
    private static Recipe Quick(int seed)
    {
        var options = new TrainingOptions
        {
            Epochs = 6,
            BatchSize = 100,
            LearningRate = 0.1,
            Optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 0 },
            Seed = seed,
        };
        var layer = options with { Epochs = 10 };
        return new Recipe(
            WeightInitialization.Normal(0.1),
            options,
            new DbnTrainingOptions { Layers = [layer, layer, layer], Seed = seed });
    }
}
