using DeepBelief.Samples.Mnist.Pretraining;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>How the whole of MNIST is learned.</summary>
/// <param name="Dbn">What is pre-trained.</param>
/// <param name="ValidationRows">The last of the training images, which choose between the candidates.</param>
/// <param name="Candidates">Ways to fine-tune; at least one.</param>
/// <param name="TrialEpochs">Epochs for which each candidate is tried, without the validation images.</param>
/// <param name="Epochs">Epochs for which the chosen one is trained, on all training images.</param>
internal sealed record FullRecipe(WholeMnistDbn Dbn, long ValidationRows, IReadOnlyList<FineTuning> Candidates, int TrialEpochs, int Epochs)
{
    private static readonly FineTuning Dropout = new("dropout", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);

    /// <summary>The recipe of the experiment.</summary>
    public static FullRecipe Default { get; } = new(
        WholeMnistDbn.Default,
        ValidationRows: 10_000,
        [Dropout, Dropout with { Name = "dropout and adversarial training", AdversarialDistance = 1.5 }],
        TrialEpochs: 20,
        Epochs: 60);
}
