using DeepBelief.Evaluation;
using DeepBelief.Tensors;
using TorchSharp.Modules;

namespace DeepBelief;

/// <summary>Scores of autoencoders.</summary>
public static class AutoencoderEvaluation
{
    /// <summary>Computes how well an autoencoder reconstructs rows.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>; may be sparse: only blocks of them become dense.</param>
    /// <param name="weights">Weights of the rows, <c>[rows]</c>, 0 or more and not all 0; null weighs all alike.</param>
    /// <exception cref="ArgumentException">The rows do not fit the autoencoder, or the weights the rows.</exception>
    public static ReconstructionScore Score(this Autoencoder autoencoder, Tensor data, Tensor? weights = null)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        using var scope = torch.NewDisposeScope();
        var squares = autoencoder.Losses(data, ReconstructionLoss.SquaredError);
        RowWeights.Check(weights, data.shape[0]);
        return new(
            RowWeights.Mean(squares, weights),
            autoencoder.HasCrossEntropy ? RowWeights.Mean(autoencoder.Losses(data, ReconstructionLoss.CrossEntropy), weights) : null);
    }

    extension(Autoencoder autoencoder)
    {
        /// <summary>True if the outputs are means of distributions with a cross-entropy.</summary>
        internal bool HasCrossEntropy => autoencoder.Activation is Sigmoid or Tanh or Softmax;

        /// <summary>Returns the loss of each row, <c>[rows]</c>: a score of how strange rows are.</summary>
        /// <param name="data">Rows, <c>[rows, visible]</c>; may be sparse: only blocks of them become dense.</param>
        /// <param name="loss">The loss.</param>
        /// <exception cref="ArgumentException">The rows do not fit the autoencoder, or its units have no cross-entropy.</exception>
        public Tensor Losses(Tensor data, ReconstructionLoss loss = ReconstructionLoss.SquaredError)
        {
            ClassifierEvaluation.CheckInputs(autoencoder, data);
            CheckLoss(autoencoder, loss);
            return SparseRows.Are(data) ? SparseRows.Map(data, autoencoder.VisibleSize, data, OfDense) : OfDense(data);

            Tensor OfDense(Tensor dense)
            {
                InputChecks.Values(autoencoder.VisibleSupport, dense, nameof(data));
                return NetworkOutputs.OfBlocks(autoencoder, dense.shape[0], (start, count) =>
                {
                    var rows = dense.narrow(0, start, count);
                    return Differences(autoencoder, rows, rows, loss);
                });
            }
        }

        /// <summary>Throws unless the outputs have a loss.</summary>
        internal void CheckLoss(ReconstructionLoss loss)
        {
            if (loss is not (ReconstructionLoss.SquaredError or ReconstructionLoss.CrossEntropy))
                throw new ArgumentOutOfRangeException(nameof(loss), loss, $"Expected a value of {nameof(ReconstructionLoss)}.");
            if (loss == ReconstructionLoss.CrossEntropy && !autoencoder.HasCrossEntropy)
                throw new ArgumentException($"Expected {nameof(ReconstructionLoss.SquaredError)} for outputs that are reals, found {loss} after {autoencoder.Activation?.GetType().Name ?? nameof(Linear)}.", nameof(loss));
        }

        /// <summary>Returns the loss of each row that the autoencoder makes of inputs; autograd can differentiate it.</summary>
        internal Tensor Differences(Tensor inputs, Tensor rows, ReconstructionLoss loss)
        {
            using var scope = torch.NewDisposeScope();
            if (loss == ReconstructionLoss.SquaredError)
                return (autoencoder.call(inputs) - rows).Squared().sum(1).MoveToOuterDisposeScope();
            // From what enters the activation, as the logarithm of a saturated output is infinite.
            var logits = autoencoder.OutputInputs(inputs);
            var ofUnits = autoencoder.Activation switch
            {
                Softmax => -(rows * logits.log_softmax(1)),
                // tanh(z) is the mean of a spin that is 1 with probability σ(2z).
                Tanh => NetworkLosses.OfBits(logits.Times(2), rows.Plus(1).Times(0.5)),
                _ => NetworkLosses.OfBits(logits, rows),
            };
            return ofUnits.sum(1).MoveToOuterDisposeScope();
        }
    }
}
