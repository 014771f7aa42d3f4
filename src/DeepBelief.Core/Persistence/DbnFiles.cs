using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>Saving and loading a <see cref="Dbn"/>.</summary>
public static class DbnFiles
{
    /// <param name="dbn">The network.</param>
    extension(Dbn dbn)
    {
        /// <summary>Saves the network to a file that <c>Load</c> and PyTorch read.</summary>
        /// <param name="path">The file; replaced if it exists, and there whole or not at all.</param>
        /// <param name="format">How it is written; <see cref="ModelFormat.DeepBelief"/> when null.</param>
        /// <exception cref="IOException">The file could not be written.</exception>
        /// <exception cref="NotSupportedException">Files have no name for a kind of units (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/>, and not all units are Bernoulli units.</exception>
        public void Save(string path, ModelFormat? format = null) => ModelFile.Save(path, format, DbnCodec.Instance, dbn);

        /// <summary>Loads a network.</summary>
        /// <remarks>
        /// Reads every format but <see cref="ModelFormat.StateDict"/>. A file of <see cref="ModelFormat.Original"/> does not say of
        /// which units the network is, and is read as one of Bernoulli units.
        /// </remarks>
        /// <param name="path">The file; its content says of which format it is.</param>
        /// <param name="device">Where the network is put; the CPU when null.</param>
        /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
        /// <exception cref="IOException">The file could not be read.</exception>
        /// <exception cref="ArgumentException">The device is not available.</exception>
        public static Dbn Load(string path, Device? device = null) => ModelFile.Load(path, DbnCodec.Instance, device);
    }
}
