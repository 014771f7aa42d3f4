using DeepBelief.Evaluation;
using DeepBelief.Units;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>
/// What trained models say of rows of numbers, for applications without tensors: predictions, probabilities, scores, features and
/// reconstructions, from and to plain arrays. The methods are named as those that take tensors.
/// </summary>
/// <remarks>
/// <para>The numbers are converted to the model's element type and copied to its device, in blocks of 1000 rows, so that memory for many
/// rows is that of their results. Dropout is off, no graph for autograd is recorded, no tensor outlives the call, and the model's mode
/// is the caller's again afterwards. No rows give no results.</para>
/// <para>Thread-safe: any number of threads may call them, and the methods that take tensors, on one model at once, as long as none trains,
/// moves or disposes it, or sets its mode. Each gets the same bits as if it were alone.</para>
/// </remarks>
/// <example><code>
/// using var net = Classifier.Load("classifier.pt");
/// float[][] questions = [[0f, 1f, 1f, 0f], [1f, 0f, 0f, 1f]];  // or float[,], a row each
/// int[] classes = net.Predict(questions);
/// float[][] probabilities = net.PredictProbabilities(questions);
/// </code></example>
public static class ArrayInference
{
    private const int BlockRows = 1000;

    /// <summary>Returns the most probable class of each row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows: a number for each of the model's inputs, finite and in the range of its units.</param>
    /// <returns>A class for each row, from 0.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the model; the message says how.</exception>
    public static int[] Predict(this Classifier model, InputRows rows) => Each(model, rows, model.Predict, Integers);

    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    public static int[] Predict(this ClassificationRbm model, InputRows rows) => Each(model, rows, model.Predict, Integers);

    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    public static int[] Predict(this ClassificationDbn model, InputRows rows) => Each(model, rows, model.Predict, Integers);

    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    public static int[] Predict(this UntiedDbn model, InputRows rows) => Each(model, rows, model.Predict, Integers);

    /// <summary>Returns the predicted numbers of each row.</summary>
    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    /// <returns>An array of predictions for each row.</returns>
    public static float[][] Predict(this Regressor model, InputRows rows) => Each(model, rows, model.Predict, Matrix);

    /// <summary>Returns which labels each row has: those of a probability of a half or more.</summary>
    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    /// <returns>An array for each row, with true for each label that it has.</returns>
    public static bool[][] Predict(this MultiLabelClassifier model, InputRows rows)
        => Each(model, rows, model.Predict, labels => labels.cpu().contiguous().data<bool>().ToArray().Chunk((int)model.Labels).ToArray());

    /// <summary>Returns the probability of each class for each row.</summary>
    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    /// <returns>An array of probabilities, of sum 1, for each row.</returns>
    public static float[][] PredictProbabilities(this Classifier model, InputRows rows) => Each(model, rows, model.PredictProbabilities, Matrix);

    /// <inheritdoc cref="PredictProbabilities(Classifier, InputRows)"/>
    public static float[][] PredictProbabilities(this ClassificationRbm model, InputRows rows) => Each(model, rows, model.PredictProbabilities, Matrix);

    /// <inheritdoc cref="PredictProbabilities(Classifier, InputRows)"/>
    public static float[][] PredictProbabilities(this ClassificationDbn model, InputRows rows) => Each(model, rows, model.PredictProbabilities, Matrix);

    /// <inheritdoc cref="PredictProbabilities(Classifier, InputRows)"/>
    public static float[][] PredictProbabilities(this UntiedDbn model, InputRows rows) => Each(model, rows, model.PredictProbabilities, Matrix);

    /// <summary>Returns the probability that each row has each label.</summary>
    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    /// <returns>An array of probabilities, one a label, for each row.</returns>
    public static float[][] PredictProbabilities(this MultiLabelClassifier model, InputRows rows) => Each(model, rows, model.PredictProbabilities, Matrix);

    /// <summary>Returns the free energy of each row, in nats, up to a constant: the higher, the less the row is like the training data.</summary>
    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    /// <returns>A number for each row.</returns>
    public static double[] FreeEnergy(this IEnergyModel model, InputRows rows) => Each(model, rows, block => model.FreeEnergy(block), Numbers);

    /// <summary>Returns the free energy of each row without its label, in nats, up to a constant.</summary>
    /// <inheritdoc cref="FreeEnergy(IEnergyModel, InputRows)"/>
    public static double[] FreeEnergy(this ClassificationRbm model, InputRows rows) => Each(model, rows, block => model.FreeEnergy(block), Numbers);

    /// <summary>Returns the variational free energy of each row, an upper bound of the free energy, in nats, up to a constant.</summary>
    /// <inheritdoc cref="FreeEnergy(IEnergyModel, InputRows)"/>
    /// <param name="meanField">When inference ends; null uses <see cref="MeanField.Default"/>.</param>
    public static double[] FreeEnergyBound(this Dbm model, InputRows rows, MeanField? meanField = null)
        => Each(model, rows, block => model.FreeEnergyBound(block, meanField), Numbers);

    /// <summary>Returns the loss of each row: the larger, the less the row is like the training data.</summary>
    /// <inheritdoc cref="FreeEnergy(IEnergyModel, InputRows)"/>
    /// <param name="loss">The loss.</param>
    public static double[] Losses(this Autoencoder model, InputRows rows, ReconstructionLoss loss = ReconstructionLoss.SquaredError)
        => Each(model, rows, block => model.Losses(block, loss), Numbers);

    /// <summary>Returns the features of each row, the expected states of the hidden units.</summary>
    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    /// <returns>An array of features for each row.</returns>
    public static float[][] Transform(this Rbm model, InputRows rows) => Each(model, rows, block => model.Transform(block), Matrix);

    /// <summary>Returns the features of each row, the expected states of the top layer.</summary>
    /// <inheritdoc cref="Transform(Rbm, InputRows)"/>
    public static float[][] Transform(this Dbn model, InputRows rows) => Each(model, rows, block => model.Transform(block), Matrix);

    /// <summary>Returns the features of each row, the expected states of the top layer by mean-field inference.</summary>
    /// <inheritdoc cref="Transform(Rbm, InputRows)"/>
    /// <param name="meanField">When inference ends; null uses <see cref="MeanField.Default"/>.</param>
    public static float[][] Transform(this Dbm model, InputRows rows, MeanField? meanField = null)
        => Each(model, rows, block => model.Transform(block, meanField), Matrix);

    /// <summary>Returns the features of each row without its label, the expected states of the hidden units.</summary>
    /// <inheritdoc cref="Transform(Rbm, InputRows)"/>
    public static float[][] Transform(this ClassificationRbm model, InputRows rows) => Each(model, rows, block => model.Transform(block), Matrix);

    /// <summary>Returns the code of each row.</summary>
    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    /// <returns>An array for each row.</returns>
    public static float[][] Encode(this Autoencoder model, InputRows rows) => Each(model, rows, block => model.Encode(block), Matrix);

    /// <summary>Returns the features of rows with missing values: those have no part in them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows: a number for each of the model's inputs, in the range of its units; NaN is a missing value.</param>
    /// <returns>An array of features for each row.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the model; the message says how.</exception>
    public static float[][] TransformKnown(this Rbm model, InputRows rows) => Each(model, rows, block => model.TransformKnown(block), Matrix, KnownOf(model));

    /// <summary>Reconstructs each row.</summary>
    /// <inheritdoc cref="Predict(Classifier, InputRows)"/>
    /// <returns>An array as long as the row for each row.</returns>
    public static float[][] Reconstruct(this Rbm model, InputRows rows) => Each(model, rows, block => model.Reconstruct(block), Matrix);

    /// <inheritdoc cref="Reconstruct(Rbm, InputRows)"/>
    public static float[][] Reconstruct(this Dbn model, InputRows rows) => Each(model, rows, block => model.Reconstruct(block), Matrix);

    /// <inheritdoc cref="Reconstruct(Rbm, InputRows)"/>
    /// <param name="meanField">When inference ends; null uses <see cref="MeanField.Default"/>.</param>
    public static float[][] Reconstruct(this Dbm model, InputRows rows, MeanField? meanField = null)
        => Each(model, rows, block => model.Reconstruct(block, meanField), Matrix);

    /// <inheritdoc cref="Reconstruct(Rbm, InputRows)"/>
    public static float[][] Reconstruct(this Autoencoder model, InputRows rows) => Each(model, rows, block => model.forward(block), Matrix);

    /// <summary>Reconstructs rows from their known values: a prediction of the others, such as of ratings.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows: a number for each of the model's inputs, in the range of its units; NaN is a missing value.</param>
    /// <returns>An array as long as the row for each row.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the model; the message says how.</exception>
    public static float[][] ReconstructKnown(this Rbm model, InputRows rows) => Each(model, rows, block => model.ReconstructKnown(block), Matrix, KnownOf(model));

    /// <summary>Computes a result for each row, block by block.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="compute">Maps rows of the model's type on its device, <c>[count, width]</c>, to as many results.</param>
    /// <param name="read">Reads the results.</param>
    /// <param name="check">Throws if values don't fit, given the name for messages; null for the model's usual check.</param>
    private static T[] Each<T>(object model, InputRows rows, Func<Tensor, Tensor> compute, Func<Tensor, T[]> read, Action<Tensor, string>? check = null)
    {
        Lifetime.Check(model);
        var (width, support, like) = Door(model);
        rows.Check(width, nameof(rows));
        using var noGrad = torch.no_grad();
        using var mode = model is torch.nn.Module network ? new EvaluationMode(network) : null;
        var results = new T[rows.Count];
        for (var start = 0; start < results.Length; start += BlockRows)
        {
            using var scope = torch.NewDisposeScope();
            var block = rows.ToTensor(start, Math.Min(BlockRows, results.Length - start), like.dtype, like.device);
            if (InputChecks.AreDue)
                (check ?? ((values, name) => support.Check(values, name)))(block, nameof(rows));
            using var inside = InputChecks.Enter();
            read(compute(block)).CopyTo(results, start);
        }

        return results;
    }

    /// <summary>The numbers in a row, the values that they may have, and a tensor of the model's type on its device.</summary>
    private static (long Width, UnitSupport Support, Tensor Like) Door(object model) => model switch
    {
        FeedForwardNetwork network => (network.InputSize, UnitSupport.Real, network.parameters().First()),
        Autoencoder autoencoder => (autoencoder.VisibleSize, autoencoder.VisibleSupport, autoencoder.parameters().First()),
        ClassificationRbm labelled => (labelled.VisibleSize, labelled.VisibleSupport, labelled.Joint.Weight),
        Dbm dbm => (dbm.VisibleSize, dbm.Visible.Support, dbm.Weights[0]),
        IDirectedModel deep => (deep.VisibleSize, deep.VisibleSupport, deep.TopMachine.Weight),
        IEnergyModel energy => (energy.VisibleSize, energy.VisibleSupport, energy.Representative()),
        _ => throw new ArgumentNullException(nameof(model)),
    };

    private static Action<Tensor, string> KnownOf(Rbm model) => (block, name) => AbsentUnits.Check(model.Visible, block, name);

    private static int[] Integers(Tensor values) => Array.ConvertAll(values.cpu().contiguous().data<long>().ToArray(), value => checked((int)value));

    private static double[] Numbers(Tensor values) => values.to(ScalarType.Float64, torch.CPU).contiguous().data<double>().ToArray();

    private static float[][] Matrix(Tensor values)
        => [.. values.to(ScalarType.Float32, torch.CPU).contiguous().data<float>().ToArray().Chunk(checked((int)values.shape[1]))];
}
