using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>Saves, loads and clones a <see cref="ClassificationRbm"/>.</summary>
public static class ClassificationRbmFiles
{
    /// <param name="model">The model.</param>
    extension(ClassificationRbm model)
    {
        /// <summary>Saves the model to a file that <c>Load</c> and PyTorch can read.</summary>
        /// <param name="path">The file, written atomically; an existing file is replaced.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; the file stays as it was.</exception>
        /// <exception cref="IOException">The file could not be written.</exception>
        /// <exception cref="NotSupportedException">A kind of units is not registered (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support this kind of model.</exception>
        public void Save(string path, ModelFormat? format = null) => ModelFile.Save(path, format, ClassificationRbmCodec.Instance, model);

        /// <summary>Saves the model to a stream.</summary>
        /// <param name="stream">A stream to write to; left open.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; nothing was written.</exception>
        /// <exception cref="NotSupportedException">A kind of units is not registered (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support this kind of model.</exception>
        public void Save(Stream stream, ModelFormat? format = null) => ModelFile.Save(stream, format, ClassificationRbmCodec.Instance, model);

        /// <summary>Returns an independent copy: the same kind, values, device and trained parameters. Advances no generator.</summary>
        /// <returns>The copy, which the caller disposes; half precision becomes single precision.</returns>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed.</exception>
        /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
        public ClassificationRbm Clone() => ModelFile.Clone(ClassificationRbmCodec.Instance, model);

        /// <summary>Loads a model.</summary>
        /// <remarks>Reads <see cref="ModelFormat.DeepBelief"/>, <see cref="ModelFormat.Safetensors"/> and checkpoints of such a model.</remarks>
        /// <param name="path">The file; its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
        /// <exception cref="IOException">The file could not be read.</exception>
        /// <exception cref="ArgumentException">The device is not available.</exception>
        public static ClassificationRbm Load(string path, Device? device = null) => ModelFile.Load(path, ClassificationRbmCodec.Instance, device);

        /// <summary>Loads a model from a stream.</summary>
        /// <param name="stream">A seekable stream, read as a whole; left open. Its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The stream is damaged or holds something else.</exception>
        /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
        public static ClassificationRbm Load(Stream stream, Device? device = null) => ModelFile.Load(stream, ClassificationRbmCodec.Instance, device);
    }
}
