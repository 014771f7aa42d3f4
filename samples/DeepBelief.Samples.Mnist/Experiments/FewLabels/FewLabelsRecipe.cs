using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>How the classifiers of one number of labels are trained.</summary>
/// <param name="Labels">How many, as many of each class; null: all.</param>
/// <param name="Draws">How many random choices of them.</param>
/// <param name="Epochs">Of fine-tuning, for both.</param>
/// <param name="Pretrained">Settings of the network that begins with pre-trained weights.</param>
/// <param name="Random">Settings of the one that begins with random weights.</param>
internal sealed record FewLabelsSize(int? Labels, int Draws, int Epochs, FineTuning Pretrained, FineTuning Random);

/// <summary>How much few labels are worth with and without pre-training.</summary>
/// <param name="Sizes">Of the layers, visible first; the same with and without.</param>
/// <param name="Weights">How the weights are drawn before pre-training.</param>
/// <param name="Pretraining">Of the layers; without a seed.</param>
/// <param name="Rows">What is compared, fewest labels first.</param>
/// <remarks>
/// The settings of both networks, at every size, are those with the best accuracy on the last 10,000 training images, of the
/// same search for both.
/// </remarks>
internal sealed record FewLabelsRecipe(
    IReadOnlyList<long> Sizes,
    WeightInitialization Weights,
    IReadOnlyList<TrainingOptions> Pretraining,
    IReadOnlyList<FewLabelsSize> Rows)
{
    /// <summary>The recipe of the experiment.</summary>
    public static FewLabelsRecipe Default { get; } = Create();

    public DbnTrainingOptions PretrainingOf(int seed) => new() { Layers = [.. Pretraining.Select(layer => layer with { Seed = seed })], Seed = seed };

    private static FewLabelsRecipe Create()
    {
        var layer = new TrainingOptions
        {
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.1, 0.02),
            Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 3, 0.9), WeightDecay = 2e-4 },
        };
        var pretrained = new FineTuning("with pre-training", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);
        var random = new FineTuning("without pre-training", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);
        return new FewLabelsRecipe(
            [784, 1024, 1024],
            WeightInitialization.Normal(0.05),
            [layer with { Epochs = 20 }, layer with { Epochs = 12 }],
            [
                new FewLabelsSize(100, 5, 200, pretrained with { BatchSize = 10 }, random with { BatchSize = 10 }),
                new FewLabelsSize(1_000, 3, 60, pretrained with { BatchSize = 50 }, random with { BatchSize = 50 }),
                new FewLabelsSize(10_000, 1, 30, pretrained, random),
                new FewLabelsSize(null, 1, 15, pretrained, random),
            ]);
    }
}
