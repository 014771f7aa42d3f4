using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>Saving and loading a <see cref="Classifier"/>.</summary>
public static class ClassifierFiles
{
    /// <param name="classifier">The classifier.</param>
    extension(Classifier classifier)
    {
        /// <summary>Saves the classifier to a file that <c>Load</c> and PyTorch read.</summary>
        /// <param name="path">The file; replaced if it exists, and there whole or not at all.</param>
        /// <param name="format">How it is written; <see cref="ModelFormat.DeepBelief"/> when null.</param>
        /// <exception cref="IOException">The file could not be written.</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/>, which classifiers do not have.</exception>
        public void Save(string path, ModelFormat? format = null) => ModelFile.Save(path, format, ClassifierCodec.Instance, classifier);

        /// <summary>Loads a classifier.</summary>
        /// <remarks>
        /// Reads <see cref="ModelFormat.DeepBelief"/>, <see cref="ModelFormat.Safetensors"/>, and a whole <c>nn.Sequential</c> that
        /// Python saved (<c>torch.save(net, path)</c>), nested ones too, of <c>Linear</c>, <c>Sigmoid</c>, <c>ReLU</c>, <c>Tanh</c>,
        /// <c>Softmax</c>, <c>Dropout</c> and <c>Identity</c> modules; it is read as data, nothing of it is run. The modules are
        /// numbered afresh without the nesting. A <c>Softmax</c> or <c>LogSoftmax</c> over the classes at the end is left out: a
        /// classifier gives logits, the predictions are the same, and softmax of the logits gives Python's output.
        /// </remarks>
        /// <param name="path">The file; its content says of which format it is.</param>
        /// <param name="device">Where the classifier is put; the CPU when null.</param>
        /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
        /// <exception cref="IOException">The file could not be read.</exception>
        /// <exception cref="ArgumentException">The device is not available.</exception>
        public static Classifier Load(string path, Device? device = null) => ModelFile.Load(path, ClassifierCodec.Instance, device);
    }
}
