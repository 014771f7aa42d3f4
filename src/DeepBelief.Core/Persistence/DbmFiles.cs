using DeepBelief.Files;
using DeepBelief.Persistence;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>Saves, loads and clones a <see cref="Dbm"/>, and copies it as an <see cref="Rbm"/>.</summary>
public static class DbmFiles
{
    /// <param name="dbm">The machine.</param>
    extension(Dbm dbm)
    {
        /// <summary>Saves the model to a file that <c>Load</c> and PyTorch can read.</summary>
        /// <param name="path">The file, written atomically; an existing file is replaced.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; the file stays as it was.</exception>
        /// <exception cref="IOException">The file could not be written.</exception>
        /// <exception cref="NotSupportedException">A kind of units is not registered (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support this kind of model.</exception>
        public void Save(string path, ModelFormat? format = null) => ModelFile.Save(path, format, DbmCodec.Instance, dbm);

        /// <summary>Saves the model to a stream.</summary>
        /// <param name="stream">A stream to write to; left open.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; nothing was written.</exception>
        /// <exception cref="NotSupportedException">A kind of units is not registered (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support this kind of model.</exception>
        public void Save(Stream stream, ModelFormat? format = null) => ModelFile.Save(stream, format, DbmCodec.Instance, dbm);

        /// <summary>Returns an independent copy: the same kind, values, device and trained parameters. Advances no generator.</summary>
        /// <returns>The copy, which the caller disposes; half precision becomes single precision.</returns>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed.</exception>
        /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
        public Dbm Clone() => ModelFile.Clone(DbmCodec.Instance, dbm);

        /// <summary>
        /// Returns the machine as an RBM with the same joint distribution: its visible units are the machine's visible units and, after
        /// them, those of its second, fourth, ... hidden layer, its hidden units the others. What the library does with an RBM, it so
        /// does with the machine, such as <c>MarkovChain.FillMissing</c>, with NaN for the hidden units.
        /// </summary>
        /// <returns>An independent copy, which the caller disposes; weights between layers that are no neighbours are zero.</returns>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed.</exception>
        /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
        public Rbm ToRbm()
        {
            ArgumentNullException.ThrowIfNull(dbm);
            Lifetime.Check(dbm);
            using var halves = new DbmHalves(dbm);
            return ModelFile.Clone(RbmCodec.Instance, halves.Rbm);
        }

        /// <summary>Loads a model.</summary>
        /// <remarks>Reads <see cref="ModelFormat.DeepBelief"/>, <see cref="ModelFormat.Safetensors"/> and checkpoints of such a model.</remarks>
        /// <param name="path">The file; its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
        /// <exception cref="IOException">The file could not be read.</exception>
        /// <exception cref="ArgumentException">The device is not available.</exception>
        public static Dbm Load(string path, Device? device = null) => ModelFile.Load(path, DbmCodec.Instance, device);

        /// <summary>Loads a model from a stream.</summary>
        /// <param name="stream">A seekable stream, read as a whole; left open. Its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The stream is damaged or holds something else.</exception>
        /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
        public static Dbm Load(Stream stream, Device? device = null) => ModelFile.Load(stream, DbmCodec.Instance, device);
    }

    /// <summary>Returns a deep machine that begins as a trained RBM below untrained layers, from which training goes on.</summary>
    /// <remarks>
    /// With weights of 0 above, p(v) is that of the RBM, and mean-field inference is exact. So with small ones the bound begins about as
    /// high as the RBM has come. A rate of about a tenth of the RBM's keeps it there.
    /// </remarks>
    /// <example><code>
    /// using var dbm = rbm.ToDbm([new BernoulliUnits(1000)]);
    /// dbm.Fit(images, new() { Epochs = 20, LearningRate = Schedule.Linear(0.03, 0.001) });
    /// </code></example>
    /// <param name="rbm">The RBM, whose parameters are copied.</param>
    /// <param name="above">The hidden layers above it, lowest first; may be empty. Owned and disposed by the machine.</param>
    /// <param name="weights">Initialization of the weights above; null uses <see cref="WeightInitialization.Normal"/> with a deviation of 0.01.</param>
    /// <param name="seed">Seed of the weights above.</param>
    /// <returns>An independent machine, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A layer is there twice, or differs from the RBM in element type or device.</exception>
    /// <exception cref="ObjectDisposedException">The RBM, or a part of it, was disposed.</exception>
    /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
    public static Dbm ToDbm(this Rbm rbm, IEnumerable<UnitLayer> above, WeightInitialization? weights = null, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(rbm);
        ArgumentNullException.ThrowIfNull(above);
        var copy = rbm.Clone();
        try
        {
            var dbm = new Dbm(copy.Visible, [copy.Hidden, .. above], weights ?? WeightInitialization.Normal(0.01), seed) { LowestWeightSeed = null };
            using var noGrad = torch.no_grad();
            Parameters.Assign(dbm.Weights[0], copy.Weight);
            dbm.Weights[0].requires_grad = copy.Weight.requires_grad;
            copy.Weight.Dispose(); // the units are the machine's now
            if (dbm.Hidden.Count > 1)
                SharedInputs.TakeBack(dbm.Hidden[0], dbm.Hidden[1], dbm.Weights[1]);
            return dbm;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }
}
