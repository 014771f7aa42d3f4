using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>Saves, loads and clones a <see cref="Classifier"/>.</summary>
public static class ClassifierFiles
{
    /// <param name="classifier">The classifier.</param>
    extension(Classifier classifier)
    {
        /// <summary>Saves the classifier to a file that <c>Load</c> and PyTorch can read.</summary>
        /// <param name="path">The file, written atomically; an existing file is replaced.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; the file stays as it was.</exception>
        /// <exception cref="IOException">The file could not be written.</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support classifiers.</exception>
        public void Save(string path, ModelFormat? format = null) => ModelFile.Save(path, format, NetworkCodecs.Classifier, classifier);

        /// <summary>Saves the classifier to a stream.</summary>
        /// <param name="stream">A stream to write to; left open.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; nothing was written.</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support classifiers.</exception>
        public void Save(Stream stream, ModelFormat? format = null) => ModelFile.Save(stream, format, NetworkCodecs.Classifier, classifier);

        /// <summary>Returns an independent copy: the same kind, values, device and trained parameters. Advances no generator.</summary>
        /// <returns>The copy, which the caller disposes; half precision becomes single precision.</returns>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed.</exception>
        /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
        public Classifier Clone() => ModelFile.Clone(NetworkCodecs.Classifier, classifier);

        /// <summary>Loads a classifier.</summary>
        /// <remarks>
        /// Reads <see cref="ModelFormat.DeepBelief"/>, <see cref="ModelFormat.Safetensors"/>, and a pickled <c>nn.Sequential</c>
        /// from Python (<c>torch.save(net, path)</c>), nested or not, of <c>Linear</c>, <c>BatchNorm1d</c>, <c>Sigmoid</c>, <c>ReLU</c>, <c>Tanh</c>,
        /// <c>Softmax</c>, <c>Dropout</c> and <c>Identity</c> modules, by itself, in <c>DataParallel</c>, or as the one module of a
        /// checkpoint (<c>torch.save({'model': net, 'epoch': 3}, path)</c>). Pickles are read as data; no code in them runs. Nested
        /// modules are flattened and renumbered. A final <c>Softmax</c> or <c>LogSoftmax</c> over the classes is dropped, as a
        /// classifier returns logits: predictions stay the same, and softmax or log-softmax of the logits equals Python's output.
        /// </remarks>
        /// <param name="path">The file; its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
        /// <exception cref="IOException">The file could not be read.</exception>
        /// <exception cref="ArgumentException">The device is not available.</exception>
        public static Classifier Load(string path, Device? device = null) => ModelFile.Load(path, NetworkCodecs.Classifier, device);

        /// <summary>Loads a classifier from a stream.</summary>
        /// <param name="stream">A seekable stream, read as a whole; left open. Its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The stream is damaged or holds something else.</exception>
        /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
        public static Classifier Load(Stream stream, Device? device = null) => ModelFile.Load(stream, NetworkCodecs.Classifier, device);
    }
}
