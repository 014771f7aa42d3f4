namespace DeepBelief;

/// <summary>What an ONNX file computes of a model.</summary>
/// <remarks>
/// The name in lower case, such as <c>free_energy</c>, is the name of the graph's output. A model refuses what it does not have, and
/// the message lists what it has.
/// </remarks>
public sealed class OnnxOutput
{
    private readonly string name;

    private OnnxOutput(string name, string output, int sweeps = 0) => (this.name, Output, Sweeps) = (name, output, sweeps);

    /// <summary>
    /// <c>features</c>, <c>[batch, hidden]</c>: the expected hidden states of an <see cref="Rbm"/>, a <see cref="ClassificationRbm"/> or a
    /// <see cref="Dbm"/> of one hidden layer; those of the top layer of a <see cref="Dbn"/> or an <see cref="UntiedDbn"/>.
    /// </summary>
    public static OnnxOutput Features { get; } = new(nameof(Features), "features");

    /// <summary>
    /// <c>free_energy</c>, <c>[batch]</c>, in nats, of an <see cref="Rbm"/> or a <see cref="ClassificationRbm"/>: a score of anomalies, the
    /// higher the less a row is like the data.
    /// </summary>
    public static OnnxOutput FreeEnergy { get; } = new(nameof(FreeEnergy), "free_energy");

    /// <summary>
    /// <c>reconstructions</c>, <c>[batch, visible]</c>, of an <see cref="Autoencoder"/>, an <see cref="Rbm"/> or a <see cref="Dbn"/>, there
    /// by expected states.
    /// </summary>
    public static OnnxOutput Reconstructions { get; } = new(nameof(Reconstructions), "reconstructions");

    /// <summary><c>logits</c> of a <see cref="Classifier"/>, <c>[batch, classes]</c>, or a <see cref="MultiLabelClassifier"/>, <c>[batch, labels]</c>.</summary>
    public static OnnxOutput Logits { get; } = new(nameof(Logits), "logits");

    /// <summary>
    /// <c>probabilities</c>, <c>[batch, classes]</c>, the softmax of the logits of a <see cref="Classifier"/>, or p(y | v) of a model with
    /// labels; <c>[batch, labels]</c>, the sigmoid of those of a <see cref="MultiLabelClassifier"/>.
    /// </summary>
    public static OnnxOutput Probabilities { get; } = new(nameof(Probabilities), "probabilities");

    /// <summary><c>log_probabilities</c>, <c>[batch, classes]</c>, in nats: the logarithms of the <see cref="Probabilities"/> of classes.</summary>
    public static OnnxOutput LogProbabilities { get; } = new(nameof(LogProbabilities), "log_probabilities");

    /// <summary><c>predictions</c> of a <see cref="Regressor"/>, <c>[batch, targets]</c>.</summary>
    public static OnnxOutput Predictions { get; } = new(nameof(Predictions), "predictions");

    /// <summary><c>codes</c>, <c>[batch, code]</c>, of the rows given to the encoder of an <see cref="Autoencoder"/>.</summary>
    public static OnnxOutput Codes { get; } = new(nameof(Codes), "codes");

    /// <summary><c>rows</c>, <c>[batch, visible]</c>, of the <c>codes</c> given to the decoder of an <see cref="Autoencoder"/>.</summary>
    public static OnnxOutput Decoded { get; } = new(nameof(Decoded), "rows");

    /// <summary>The outputs of one half of an autoencoder by itself.</summary>
    internal static OnnxOutput Outputs { get; } = new(nameof(Outputs), "outputs");

    /// <summary>The name of the output in the graph.</summary>
    internal string Output { get; }

    /// <summary>The sweeps of mean-field inference; 0 if there is none.</summary>
    internal int Sweeps { get; }

    /// <summary>
    /// <c>features</c>, <c>[batch, top]</c>, of a <see cref="Dbm"/>: the expected states of the top layer after so many sweeps of mean-field
    /// inference, as with a <see cref="MeanField"/> of this <see cref="MeanField.MostSweeps"/> and a tolerance of 0. A graph can't look
    /// whether inference has settled.
    /// </summary>
    /// <param name="sweeps">Number of sweeps, 1 or more; the graph's size grows with it, but not the weights in the file.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public static OnnxOutput FeaturesAfter(int sweeps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sweeps, 1);
        return new(nameof(FeaturesAfter), Features.Output, sweeps);
    }

    /// <summary>True for the same, after any number of sweeps.</summary>
    internal bool IsLike(OnnxOutput other) => name == other.name;

    /// <summary>Returns the name.</summary>
    public override string ToString() => name;
}
