namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>
/// The figures that the Python original (AmanPriyanshu/Deep-Belief-Networks-in-PyTorch) gives in its README.
/// Its losses are cross-entropies of a softmax of a softmax, so none is below ln(1 + 9/e) = 1.4612.
/// </summary>
internal static class OriginalResults
{
    private static readonly Dictionary<TableKind, EpochResult[]> Figures = new()
    {
        [TableKind.Rbm] =
        [
            new(1, 1.7934, 1.7902, 0.6681, 0.6720),
            new(2, 1.7031, 1.6950, 0.7594, 0.7689),
            new(3, 1.6146, 1.6079, 0.8499, 0.8563),
            new(4, 1.5482, 1.5392, 0.9174, 0.9269),
            new(5, 1.5277, 1.5183, 0.9369, 0.9462),
        ],
        [TableKind.RbmPretrained] =
        [
            new(1, 1.5359, 1.5311, 0.9349, 0.9391),
            new(2, 1.5150, 1.5071, 0.9525, 0.9603),
            new(3, 1.5091, 1.4990, 0.9563, 0.9666),
            new(4, 1.5040, 1.4926, 0.9603, 0.9723),
            new(5, 1.4976, 1.4844, 0.9669, 0.9797),
        ],
        [TableKind.Dbn] =
        [
            new(1, 1.7657, 1.7621, 0.7412, 0.7450),
            new(2, 1.6474, 1.6425, 0.8316, 0.8370),
            new(3, 1.6080, 1.6018, 0.8528, 0.8602),
            new(4, 1.5416, 1.5339, 0.9267, 0.9341),
            new(5, 1.5253, 1.5154, 0.9398, 0.9495),
        ],
        [TableKind.DbnPretrained] =
        [
            new(1, 1.5660, 1.5633, 0.9290, 0.9311),
            new(2, 1.5216, 1.5138, 0.9505, 0.9579),
            new(3, 1.5103, 1.4992, 0.9567, 0.9685),
            new(4, 1.5038, 1.4899, 0.9618, 0.9756),
            new(5, 1.4999, 1.4846, 0.9648, 0.9791),
        ],
        [TableKind.DbnBinarized] =
        [
            new(1, 1.5001, 1.4835, 0.9633, 0.9796),
            new(2, 1.4980, 1.4808, 0.9640, 0.9821),
            new(3, 1.4971, 1.4783, 0.9655, 0.9841),
            new(4, 1.4956, 1.4762, 0.9671, 0.9860),
            new(5, 1.4930, 1.4740, 0.9695, 0.9877),
        ],
    };

    /// <summary>Epoch by epoch; empty for the tables that the original lacks.</summary>
    public static IReadOnlyList<EpochResult> Of(TableKind kind) => Figures.GetValueOrDefault(kind, []);
}
