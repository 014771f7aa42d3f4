using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>Saves, loads and clones a <see cref="MultiLabelClassifier"/>.</summary>
public static class MultiLabelClassifierFiles
{
    /// <param name="classifier">The classifier.</param>
    extension(MultiLabelClassifier classifier)
    {
        /// <summary>Saves the classifier to a file that <c>Load</c> and PyTorch can read.</summary>
        /// <param name="path">The file, written atomically; an existing file is replaced.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; the file stays as it was.</exception>
        /// <exception cref="IOException">The file could not be written.</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support networks of this kind.</exception>
        public void Save(string path, ModelFormat? format = null) => ModelFile.Save(path, format, NetworkCodecs.MultiLabelClassifier, classifier);

        /// <summary>Saves the classifier to a stream.</summary>
        /// <param name="stream">A stream to write to; left open.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; nothing was written.</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support networks of this kind.</exception>
        public void Save(Stream stream, ModelFormat? format = null) => ModelFile.Save(stream, format, NetworkCodecs.MultiLabelClassifier, classifier);

        /// <summary>Returns an independent copy: the same kind, values, device and trained parameters. Advances no generator.</summary>
        /// <returns>The copy, which the caller disposes; half precision becomes single precision.</returns>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed.</exception>
        /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
        public MultiLabelClassifier Clone() => ModelFile.Clone(NetworkCodecs.MultiLabelClassifier, classifier);

        /// <summary>Loads a classifier of several labels.</summary>
        /// <remarks>
        /// Reads <see cref="ModelFormat.DeepBelief"/>, <see cref="ModelFormat.Safetensors"/>, and checkpoints. Half precision becomes
        /// single precision.
        /// </remarks>
        /// <param name="path">The file; its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
        /// <exception cref="IOException">The file could not be read.</exception>
        /// <exception cref="ArgumentException">The device is not available.</exception>
        public static MultiLabelClassifier Load(string path, Device? device = null) => ModelFile.Load(path, NetworkCodecs.MultiLabelClassifier, device);

        /// <summary>Loads a classifier of several labels from a stream.</summary>
        /// <param name="stream">A seekable stream, read as a whole; left open. Its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The stream is damaged or holds something else.</exception>
        /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
        public static MultiLabelClassifier Load(Stream stream, Device? device = null) => ModelFile.Load(stream, NetworkCodecs.MultiLabelClassifier, device);
    }
}
