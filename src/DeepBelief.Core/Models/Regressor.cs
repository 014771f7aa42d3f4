using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>A feed-forward network whose outputs are predictions of numbers, several at once if need be.</summary>
/// <remarks>Trained to the least squared error. Targets with means near 0 and deviations near 1 train best; bring others there.</remarks>
/// <example><code>
/// using var net = dbn.ToRegressor(targets: 2);
/// net.Fit(rows, targets, new() { Epochs = 50 }); // [rows, 2]
/// var score = net.Score(others, theirTargets);
/// Console.WriteLine($"R² {score.R2[0]:f2}, {score.R2[1]:f2}");
/// </code></example>
public sealed class Regressor : FeedForwardNetwork
{
    internal Regressor(IEnumerable<torch.nn.Module<Tensor, Tensor>> modules)
        : base(nameof(Regressor), modules)
    {
    }

    /// <summary>Creates a regressor like <see cref="Dbn.ToRegressor"/>, with sigmoid layers, but with random weights as in <c>nn.Linear</c>.</summary>
    /// <param name="sizes">Number of inputs, then the sizes of the hidden layers; each 1 or more.</param>
    /// <param name="targets">Number of numbers to predict, 1 or more.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <param name="dropout">Dropout before the linear modules; null for none.</param>
    /// <exception cref="ArgumentException">The list is empty, or a size is less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of targets is less than 1, or a rate is out of range.</exception>
    public static Regressor Random(
        IReadOnlyList<long> sizes,
        long targets,
        long seed = 0,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32,
        DropoutRates? dropout = null)
    {
        Guard.Size(targets);
        return Placement.Moved(new Regressor(RandomModules(sizes, targets, seed, dropout)), device, dtype);
    }

    /// <summary>Number of numbers to predict.</summary>
    public long Targets => OutputSize;

    /// <inheritdoc cref="Classifier.WithBatchNormalization" path="/*[not(self::example)]"/>
    public Regressor WithBatchNormalization(Tensor rows) => new(Normalized(rows));

    /// <summary>Builds a regressor from the hidden layers of RBMs, lowest first, and an output module with random weights.</summary>
    internal static Regressor From(IReadOnlyList<Rbm> layers, long targets, long seed, DropoutRates? dropout)
    {
        Guard.Size(targets);
        return new Regressor(ModulesOf(layers, targets, seed, dropout));
    }
}
