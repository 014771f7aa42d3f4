using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>Saves, loads and clones an <see cref="Rbm"/>.</summary>
public static class RbmFiles
{
    /// <param name="rbm">The RBM.</param>
    extension(Rbm rbm)
    {
        /// <summary>Saves the RBM to a file that <c>Load</c> and PyTorch can read.</summary>
        /// <example><code>
        /// rbm.Save("rbm.pt"); // in Python: torch.load("rbm.pt")["state_dict"]
        /// rbm.Save("rbm.safetensors", ModelFormat.Safetensors);
        /// </code></example>
        /// <param name="path">The file, written atomically; an existing file is replaced.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; the file stays as it was.</exception>
        /// <exception cref="IOException">The file could not be written.</exception>
        /// <exception cref="NotSupportedException">A kind of units is not registered (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, and some units are not Bernoulli units.</exception>
        public void Save(string path, ModelFormat? format = null) => ModelFile.Save(path, format, RbmCodec.Instance, rbm);

        /// <summary>Saves the RBM to a stream.</summary>
        /// <param name="stream">A stream to write to; left open.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; nothing was written.</exception>
        /// <exception cref="NotSupportedException">A kind of units is not registered (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, and some units are not Bernoulli units.</exception>
        public void Save(Stream stream, ModelFormat? format = null) => ModelFile.Save(stream, format, RbmCodec.Instance, rbm);

        /// <summary>Returns an independent copy: the same kind, values, device and trained parameters. Advances no generator.</summary>
        /// <returns>The copy, which the caller disposes; half precision becomes single precision.</returns>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed.</exception>
        /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
        public Rbm Clone() => ModelFile.Clone(RbmCodec.Instance, rbm);

        /// <summary>Loads an RBM.</summary>
        /// <example><code>
        /// using var loaded = Rbm.Load("rbm.pt");
        /// using var features = loaded.HiddenMean(data);
        /// </code></example>
        /// <remarks>
        /// Reads all formats but <see cref="ModelFormat.StateDict"/>, and checkpoints. <see cref="ModelFormat.Original"/> and
        /// <see cref="ModelFormat.ScikitLearn"/> imply Bernoulli units. Half precision becomes single precision.
        /// </remarks>
        /// <param name="path">The file; its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
        /// <exception cref="IOException">The file could not be read.</exception>
        /// <exception cref="ArgumentException">The device is not available.</exception>
        public static Rbm Load(string path, Device? device = null) => ModelFile.Load(path, RbmCodec.Instance, device);

        /// <summary>Loads an RBM from a stream.</summary>
        /// <param name="stream">A seekable stream, read as a whole; left open. Its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The stream is damaged or holds something else.</exception>
        /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
        public static Rbm Load(Stream stream, Device? device = null) => ModelFile.Load(stream, RbmCodec.Instance, device);
    }
}
