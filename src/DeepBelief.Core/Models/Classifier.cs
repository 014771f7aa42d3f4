using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>A feed-forward classifier: a sequence of modules whose last one returns a logit per class.</summary>
/// <remarks>Apply softmax for probabilities.</remarks>
/// <example><code>
/// using var net = Classifier.Random([784, 512, 256], classes: 10, dropout: new(Input: 0.2, Hidden: 0.5));
/// var history = net.FitClassifier(images, labels, new() { Epochs = 10 });
/// using var logits = net.forward(images); // [rows, 10]
/// net.Save("classifier.pt");
/// </code></example>
public sealed class Classifier : FeedForwardNetwork
{
    internal Classifier(IEnumerable<torch.nn.Module<Tensor, Tensor>> modules)
        : base(nameof(Classifier), modules)
    {
    }

    /// <summary>Creates a classifier like <see cref="Dbn.ToClassifier"/>, with sigmoid layers, but with random weights as in <c>nn.Linear</c>.</summary>
    /// <param name="sizes">Number of inputs, then the sizes of the hidden layers; each 1 or more.</param>
    /// <param name="classes">Number of classes, 2 or more.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <param name="dropout">Dropout before the linear modules, as in <see cref="Dbn.ToClassifier"/>; null for none.</param>
    /// <exception cref="ArgumentException">The list is empty, or a size is less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is less than 2, or a rate is out of range.</exception>
    public static Classifier Random(
        IReadOnlyList<long> sizes,
        long classes,
        long seed = 0,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32,
        DropoutRates? dropout = null)
    {
        CheckClasses(classes);
        return Placement.Moved(new Classifier(RandomModules(sizes, classes, seed, dropout)), device, dtype);
    }

    /// <summary>Number of classes.</summary>
    public long Classes => OutputSize;

    /// <summary>
    /// Returns a copy whose hidden linear modules are followed by batch normalization (Ioffe and Szegedy 2015), which begins with the
    /// scales, shifts, means and variances of the rows: the copy computes what this network does until it is trained.
    /// </summary>
    /// <remarks>
    /// In training, each batch is normalized by its own means and variances, of which a moving mean serves for predictions. It goes
    /// well with virtual adversarial training.
    /// Modules, names and values are those of <c>nn.BatchNorm1d</c>. Of more than 10,000 rows, evenly spaced ones are used.
    /// </remarks>
    /// <param name="rows">Two or more training rows, <c>[rows, inputs]</c>, of the network's type and device.</param>
    /// <returns>The copy, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The rows are fewer than two, or of another width, type or device.</exception>
    /// <exception cref="NotSupportedException">A module is of a kind that cannot be copied, as units of your own may have.</exception>
    /// <example><code>
    /// using var plain = dbn.ToClassifier(classes: 10);
    /// using var net = plain.WithBatchNormalization(images);
    /// net.FitClassifier(images, labels, new() { VirtualAdversarial = new() });
    /// </code></example>
    public Classifier WithBatchNormalization(Tensor rows) => new(Normalized(rows));

    /// <summary>Builds a classifier from the hidden layers of RBMs, lowest first, and an output module with random weights.</summary>
    internal static Classifier From(IReadOnlyList<Rbm> layers, long classes, long seed, DropoutRates? dropout)
    {
        CheckClasses(classes);
        return new Classifier(ModulesOf(layers, classes, seed, dropout));
    }

    internal static void CheckClasses(long classes)
    {
        if (classes < 2)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "Expected 2 or more.");
    }
}
