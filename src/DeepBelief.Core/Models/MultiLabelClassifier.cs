using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>A feed-forward network that says of each of several labels whether a row has it: the outputs are a logit per label.</summary>
/// <remarks>Trained to the least binary cross-entropy. Apply the sigmoid for probabilities.</remarks>
/// <example><code>
/// using var net = dbn.ToMultiLabelClassifier(labels: 5);
/// net.Fit(rows, labels, new() { Epochs = 50 }); // [rows, 5], 0 or 1
/// using var has = net.Predict(others); // [rows, 5], bool
/// </code></example>
public sealed class MultiLabelClassifier : FeedForwardNetwork
{
    internal MultiLabelClassifier(IEnumerable<torch.nn.Module<Tensor, Tensor>> modules)
        : base(nameof(MultiLabelClassifier), modules)
    {
    }

    /// <summary>Creates a classifier of several labels like <see cref="Dbn.ToMultiLabelClassifier"/>, with sigmoid layers, but with random weights as in <c>nn.Linear</c>.</summary>
    /// <param name="sizes">Number of inputs, then the sizes of the hidden layers; each 1 or more.</param>
    /// <param name="labels">Number of labels, 1 or more.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <param name="dropout">Dropout before the linear modules; null for none.</param>
    /// <exception cref="ArgumentException">The list is empty, or a size is less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of labels is less than 1, or a rate is out of range.</exception>
    public static MultiLabelClassifier Random(
        IReadOnlyList<long> sizes,
        long labels,
        long seed = 0,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32,
        DropoutRates? dropout = null)
    {
        Guard.Size(labels);
        return Placement.Moved(new MultiLabelClassifier(RandomModules(sizes, labels, seed, dropout)), device, dtype);
    }

    /// <summary>Number of labels.</summary>
    public long Labels => OutputSize;

    /// <inheritdoc cref="Classifier.WithBatchNormalization" path="/*[not(self::example)]"/>
    public MultiLabelClassifier WithBatchNormalization(Tensor rows) => new(Normalized(rows));

    /// <summary>Builds a classifier of several labels from the hidden layers of RBMs, lowest first, and an output module with random weights.</summary>
    internal static MultiLabelClassifier From(IReadOnlyList<Rbm> layers, long labels, long seed, DropoutRates? dropout)
    {
        Guard.Size(labels);
        return new MultiLabelClassifier(ModulesOf(layers, labels, seed, dropout));
    }
}
