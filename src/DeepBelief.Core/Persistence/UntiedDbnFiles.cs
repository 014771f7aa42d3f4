using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>Saves, loads and clones an <see cref="UntiedDbn"/>, and makes one of a network whose weights are tied.</summary>
public static class UntiedDbnFiles
{
    /// <param name="model">The network.</param>
    extension(UntiedDbn model)
    {
        /// <summary>Saves the network to a file that <c>Load</c> and PyTorch can read.</summary>
        /// <param name="path">The file, written atomically; an existing file is replaced.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; the file stays as it was.</exception>
        /// <exception cref="IOException">The file could not be written.</exception>
        /// <exception cref="NotSupportedException">A kind of units is not registered (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support this kind of model.</exception>
        public void Save(string path, ModelFormat? format = null) => ModelFile.Save(path, format, UntiedDbnCodec.Instance, model);

        /// <summary>Saves the network to a stream.</summary>
        /// <param name="stream">A stream to write to; left open.</param>
        /// <param name="format">File format; null uses <see cref="ModelFormat.DeepBelief"/>.</param>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; nothing was written.</exception>
        /// <exception cref="NotSupportedException">A kind of units is not registered (<see cref="UnitKinds.Register"/>).</exception>
        /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/> or <see cref="ModelFormat.ScikitLearn"/>, which do not support this kind of model.</exception>
        public void Save(Stream stream, ModelFormat? format = null) => ModelFile.Save(stream, format, UntiedDbnCodec.Instance, model);

        /// <summary>Returns an independent copy: the same kind, values, device and trained parameters. Advances no generator.</summary>
        /// <returns>The copy, which the caller disposes; half precision becomes single precision.</returns>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed.</exception>
        /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
        public UntiedDbn Clone() => ModelFile.Clone(UntiedDbnCodec.Instance, model);

        /// <summary>Loads a network.</summary>
        /// <remarks>Reads <see cref="ModelFormat.DeepBelief"/>, <see cref="ModelFormat.Safetensors"/> and checkpoints of such a network.</remarks>
        /// <param name="path">The file; its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
        /// <exception cref="IOException">The file could not be read.</exception>
        /// <exception cref="ArgumentException">The device is not available.</exception>
        public static UntiedDbn Load(string path, Device? device = null) => ModelFile.Load(path, UntiedDbnCodec.Instance, device);

        /// <summary>Loads a network from a stream.</summary>
        /// <param name="stream">A seekable stream, read as a whole; left open. Its content determines the format.</param>
        /// <param name="device">Device; null uses the CPU.</param>
        /// <exception cref="DataFormatException">The stream is damaged or holds something else.</exception>
        /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
        public static UntiedDbn Load(Stream stream, Device? device = null) => ModelFile.Load(stream, UntiedDbnCodec.Instance, device);
    }

    /// <summary>
    /// Returns a network of the same density, whose layers below the top have weights of their own for each direction: what up-down
    /// fine-tuning begins with.
    /// </summary>
    /// <param name="dbn">The network.</param>
    /// <returns>An independent network on the same device, which the caller disposes. All of its parameters can be trained.</returns>
    /// <exception cref="ArgumentException">The network has one layer, with nothing below the top.</exception>
    /// <exception cref="ObjectDisposedException">The network, or a part of it, was disposed.</exception>
    /// <exception cref="NotSupportedException">A part is of a kind that files cannot hold either.</exception>
    public static UntiedDbn Untie(this Dbn dbn)
    {
        ArgumentNullException.ThrowIfNull(dbn);
        if (dbn.Layers.Count < 2)
            throw new ArgumentException("Expected a network of two or more layers, found one layer, which is the top.", nameof(dbn));
        var top = RbmCodec.Instance.Describe(dbn.TopMachine);
        return ModelFile.Convert(
            UntiedDbnCodec.Instance,
            dbn,
            state => UntiedDbnCodec.Untied([.. dbn.Layers.SkipLast(1)], top, state, FormattableString.Invariant($"{dbn.Layers.Count - 1}.")));
    }

    /// <inheritdoc cref="Untie(Dbn)" path="/*[not(@cref='T:System.ArgumentException')]"/>
    public static UntiedDbn Untie(this ClassificationDbn dbn)
    {
        ArgumentNullException.ThrowIfNull(dbn);
        var top = ClassificationRbmCodec.Instance.Describe(dbn.Top);
        return ModelFile.Convert(UntiedDbnCodec.Instance, dbn, state => UntiedDbnCodec.Untied(dbn.Layers, top, state, "top."));
    }
}
