using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>How the models are pre-trained and fine-tuned.</summary>
internal sealed record Recipe(
    WeightInitialization Weights,
    DbnTrainingOptions Rbm,
    DbnTrainingOptions Dbn)
{
    public static Recipe Of(Preset preset, int seed) => preset switch
    {
        Preset.Paper => Paper(seed),
        _ => Quick(seed),
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
            new DbnTrainingOptions { Layers = [options], Seed = seed },
            new DbnTrainingOptions { Layers = [options, options, options], Inputs = LayerInputs.MeanOfSamples(5), Seed = seed });
    }

    /// <summary>
    /// A few epochs of CD-1, with larger weights to begin with and more momentum than in Hinton's guide: useful features
    /// sooner, if a worse model of the digits in the end. The lowest layer, which has the most to learn, gets most of the
    /// epochs. Weight decay keeps the lower layers from fitting the training images too well; the top layer is too small
    /// for it and would give the classifier little to go by.
    /// </summary>
    private static Recipe Quick(int seed)
    {
        var plain = new SgdSettings { Momentum = 0.9, WeightDecay = 0 };
        var decaying = plain with { WeightDecay = 7e-4 };
        var options = new TrainingOptions { BatchSize = 100, LearningRate = 0.1, Optimizer = plain, Seed = seed };
        return new Recipe(
            WeightInitialization.Normal(0.1),
            new DbnTrainingOptions { Layers = [options with { Epochs = 6 }], Seed = seed },
            new DbnTrainingOptions
            {
                Layers =
                [
                    options with { Epochs = 20, Optimizer = decaying },
                    options with { Epochs = 8, Optimizer = decaying },
                    options with { Epochs = 8 },
                ],
                Seed = seed,
            });
    }
}
