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
    /// A few epochs of CD-1 from the original's large weights, with more momentum than in Hinton's guide: useful features
    /// sooner, if a worse model of the digits in the end. The lowest layer of the DBN, which has the most to learn, gets most
    /// of the epochs and the largest steps; the 2,500 units of the RBM learn worse with steps of more than 0.05. Weight decay
    /// keeps the lower layers from fitting the training images too well; the top layer is too small for it and would give the
    /// classifier little to go by. All of it was chosen by the accuracy on 5,720 of the training images, left out of training.
    /// </summary>
    private static Recipe Quick(int seed)
    {
        var optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 0 };
        var options = new TrainingOptions { BatchSize = 100, LearningRate = 0.05, Optimizer = optimizer, Seed = seed };
        return new Recipe(
            WeightInitialization.Original,
            new DbnTrainingOptions { Layers = [options with { Epochs = 6 }], Seed = seed },
            new DbnTrainingOptions
            {
                Layers =
                [
                    options with { Epochs = 20, LearningRate = 0.2, Optimizer = optimizer with { WeightDecay = 1e-3 } },
                    options with { Epochs = 8, Optimizer = optimizer with { WeightDecay = 7e-4 } },
                    options with { Epochs = 8 },
                ],
                Seed = seed,
            });
    }
}
