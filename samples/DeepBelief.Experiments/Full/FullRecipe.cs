using DeepBelief.Experiments.Pretraining;

namespace DeepBelief.Experiments.Full;

/// <summary>A way to fine-tune, and for how long.</summary>
/// <param name="Settings">The way.</param>
/// <param name="TrialEpochs">Epochs of its trial, without the validation images.</param>
/// <param name="Epochs">Epochs on all training images, if it is chosen.</param>
internal sealed record FullCandidate(FineTuning Settings, int TrialEpochs, int Epochs);

/// <summary>How the whole of MNIST is learned.</summary>
/// <param name="Dbn">What is pre-trained.</param>
/// <param name="ValidationRows">The last of the training images, which choose between the candidates.</param>
/// <param name="Candidates">At least one, of different settings.</param>
internal sealed record FullRecipe(WholeMnistDbn Dbn, long ValidationRows, params IReadOnlyList<FullCandidate> Candidates)
{
    private static readonly FineTuning Dropout = new("dropout", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);
    private static readonly FineTuning Adversarial = Dropout with { Name = "dropout and adversarial training", AdversarialDistance = 1.5 };

    /// <summary>The recipe of the experiment: candidates that take about the same time, for an epoch of the second takes twice that of the first.</summary>
    public static FullRecipe Default { get; } = new(
        WholeMnistDbn.Default,
        ValidationRows: 10_000,
        new(Dropout, TrialEpochs: 40, Epochs: 120),
        new(Adversarial, TrialEpochs: 20, Epochs: 60));
}
