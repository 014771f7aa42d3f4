namespace DeepBelief.Samples.Reporting.Comparison;

/// <summary>The original's five tables and two controls, in the order in which they are made and printed.</summary>
public enum TableKind
{
    /// <summary>784-2500-10, from random weights.</summary>
    Rbm,

    /// <summary>784-2500-10, the first layer from a trained RBM.</summary>
    RbmPretrained,

    /// <summary>784-2500-10, the first layer from the trained RBM of <see cref="RbmPretrained"/>, its numbers in random places.</summary>
    RbmControl,

    /// <summary>784-512-128-64-10, from random weights.</summary>
    Dbn,

    /// <summary>784-512-128-64-10, all hidden layers from a trained DBN.</summary>
    DbnPretrained,

    /// <summary>Goes on from the fine-tuned model of <see cref="DbnPretrained"/>, with binarised input.</summary>
    DbnBinarized,

    /// <summary>784-512-128-64-10, all hidden layers from the trained DBN of <see cref="DbnPretrained"/>, their numbers in random places.</summary>
    DbnControl,
}

/// <summary>One row of a table: how a classifier does after an epoch of fine-tuning, counted from 1.</summary>
public sealed record EpochResult(int Epoch, double TestLoss, double TrainLoss, double TestAccuracy, double TrainAccuracy);

/// <summary>What a table is called, and what the Python original (AmanPriyanshu/Deep-Belief-Networks-in-PyTorch) has in its place.</summary>
/// <param name="Kind">Which it is.</param>
/// <param name="Name">What the user types.</param>
/// <param name="Title">For people.</param>
/// <param name="CsvFile">The file's name, the original's where that has one.</param>
/// <param name="Original">
/// The figures of the original's README, epoch by epoch; empty for the controls, which it lacks. Its losses are cross-entropies
/// of a softmax of a softmax, so none is below ln(1 + 9/e) = 1.4612.
/// </param>
public sealed record TableDefinition(TableKind Kind, string Name, string Title, string CsvFile, IReadOnlyList<EpochResult> Original)
{
    private const string Control = "Begins with the pre-trained weights and biases of each layer in random places: their scale, and nothing learned.";

    public static IReadOnlyList<TableDefinition> All { get; } =
    [
        new(TableKind.Rbm, "rbm", "RBM 784-2500-10 without pre-training", "RBM_without_pretraining_classifier.csv",
            [
                new(1, 1.7934, 1.7902, 0.6681, 0.6720),
                new(2, 1.7031, 1.6950, 0.7594, 0.7689),
                new(3, 1.6146, 1.6079, 0.8499, 0.8563),
                new(4, 1.5482, 1.5392, 0.9174, 0.9269),
                new(5, 1.5277, 1.5183, 0.9369, 0.9462),
            ]),
        new(TableKind.RbmPretrained, "rbm-pretrained", "RBM 784-2500-10 with pre-training", "RBM_pretrained_classifier.csv",
            [
                new(1, 1.5359, 1.5311, 0.9349, 0.9391),
                new(2, 1.5150, 1.5071, 0.9525, 0.9603),
                new(3, 1.5091, 1.4990, 0.9563, 0.9666),
                new(4, 1.5040, 1.4926, 0.9603, 0.9723),
                new(5, 1.4976, 1.4844, 0.9669, 0.9797),
            ]),
        new(TableKind.RbmControl, "rbm-control", "RBM 784-2500-10 with shuffled weights (control)", "RBM_control_classifier.csv", []) { Note = Control },
        new(TableKind.Dbn, "dbn", "DBN 784-512-128-64-10 without pre-training", "DBN_without_pretraining_classifier.csv",
            [
                new(1, 1.7657, 1.7621, 0.7412, 0.7450),
                new(2, 1.6474, 1.6425, 0.8316, 0.8370),
                new(3, 1.6080, 1.6018, 0.8528, 0.8602),
                new(4, 1.5416, 1.5339, 0.9267, 0.9341),
                new(5, 1.5253, 1.5154, 0.9398, 0.9495),
            ]),
        new(TableKind.DbnPretrained, "dbn-pretrained", "DBN 784-512-128-64-10 with pre-training", "DBN_with_pretraining_classifier.csv",
            [
                new(1, 1.5660, 1.5633, 0.9290, 0.9311),
                new(2, 1.5216, 1.5138, 0.9505, 0.9579),
                new(3, 1.5103, 1.4992, 0.9567, 0.9685),
                new(4, 1.5038, 1.4899, 0.9618, 0.9756),
                new(5, 1.4999, 1.4846, 0.9648, 0.9791),
            ]),
        new(TableKind.DbnBinarized, "dbn-binarized", "DBN 784-512-128-64-10 with pre-training, binarised input", "DBN_with_pretraining_and_input_binarization_classifier.csv",
            [
                new(1, 1.5001, 1.4835, 0.9633, 0.9796),
                new(2, 1.4980, 1.4808, 0.9640, 0.9821),
                new(3, 1.4971, 1.4783, 0.9655, 0.9841),
                new(4, 1.4956, 1.4762, 0.9671, 0.9860),
                new(5, 1.4930, 1.4740, 0.9695, 0.9877),
            ]) { Note = "Goes on from the fine-tuned model of the table before it." },
        new(TableKind.DbnControl, "dbn-control", "DBN 784-512-128-64-10 with shuffled weights (control)", "DBN_control_classifier.csv", []) { Note = Control },
    ];

    /// <summary>What to know about the figures; null: nothing.</summary>
    public string? Note { get; private init; }

    public static TableDefinition Of(TableKind kind) => All[(int)kind];

    /// <summary>The original's figures after an epoch; null if it has none.</summary>
    public EpochResult? OriginalAt(int epoch) => Original.FirstOrDefault(row => row.Epoch == epoch);
}

/// <summary>What the classifiers minimise, and what the loss columns show.</summary>
public enum LossKind
{
    /// <summary>Cross-entropy of the softmax taken as if it were logits, as the original did; never below 1.4612.</summary>
    Original,

    /// <summary>Cross-entropy of the logits.</summary>
    Logits,
}
