using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist;

/// <summary>How the networks of the tables are pre-trained and fine-tuned.</summary>
/// <param name="Seed">Of weights, shuffling and sampling.</param>
/// <param name="Rbm">Pre-training of the RBM 784-2500.</param>
/// <param name="Dbn">Pre-training of the DBN 784-512-128-64.</param>
internal sealed record Recipe(int Seed, DbnTrainingOptions Rbm, DbnTrainingOptions Dbn)
{
    public LossKind Loss { get; init; }

    /// <summary>The original's fine-tuning, the same for all tables.</summary>
    public ClassifierTrainingOptions FineTuning { get; } = new()
    {
        Epochs = 5,
        BatchSize = 64,
        LearningRate = 0.001,
        Optimizer = new AdamSettings(),
        // All: the tables have the loss and accuracy on the training images.
        EvaluationRows = 60_000,
        Seed = Seed,
    };

    /// <summary>
    /// A few epochs of CD-1 from the original's large weights, with more momentum than in Hinton's guide: useful features
    /// sooner, if a worse model of the digits in the end. The lowest layer of the DBN, which has the most to learn, gets most
    /// of the epochs and the largest steps; the 2,500 units of the RBM learn worse with steps of more than 0.05. Weight decay
    /// keeps the lower layers from fitting the training images too well; the top layer is too small for it and would give the
    /// classifier little to go by. All of it was chosen by the accuracy on 5,720 of the training images, left out of training.
    /// </summary>
    public static Recipe Quick(int seed)
    {
        var optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 0 };
        var options = new TrainingOptions
        {
            BatchSize = 100,
            LearningRate = 0.05,
            Optimizer = optimizer,
            NegativePhase = new ContrastiveDivergence(),
            Centering = null,
            Averaging = 0,
            EvaluationRows = 1000,
            Seed = seed,
        };
        return new Recipe(
            seed,
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
