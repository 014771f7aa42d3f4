namespace DeepBelief.Files;

/// <summary>Reads and writes <c>torch.save</c> files: a pickle and the raw bytes of each tensor storage.</summary>
/// <remarks>
/// <para>Supports plain values: tensors, <c>string</c>, <c>long</c>, <c>double</c>, <c>bool</c>, null, <c>byte[]</c>, element
/// types (<c>ScalarType</c>), lists (<c>List&lt;object?&gt;</c>), tuples (<c>object?[]</c>, also for <c>torch.Size</c>) and
/// dictionaries (<c>OrderedDictionary&lt;object, object?&gt;</c> with string, number and <c>bool</c> keys). Of Python, also reads
/// sets, as lists; <c>torch.device</c>, as its text; NumPy's arrays, as tensors, and scalars, as numbers (see
/// <see cref="NpyFile"/> for their types). Reads nothing else and never runs code from a file.
/// <c>torch.load(path, weights_only=True)</c> reads what it writes (PyTorch 1.13 only without <c>double</c>, <c>byte[]</c> and
/// element types).</para>
/// <para>As in PyTorch, tensors keep their strides, and tensors over one storage share it, when read and when written from the
/// CPU; only the part of a storage from the first to the last used element is written. Parameters are read as tensors without
/// gradients. Element types: <c>float16</c>, <c>bfloat16</c>, <c>float32</c>, <c>float64</c>, <c>int8</c> to <c>int64</c>,
/// <c>uint8</c>, <c>bool</c>.</para>
/// <para>Reads the zip archives of PyTorch 1.6 and later, and the two formats before: pickles with storages behind them, which
/// <c>_use_new_zipfile_serialization=False</c> still writes, and the tar archives of the first versions. Writes zip archives.</para>
/// <para>Not supported: compressed or encrypted archives, or ones without checksums;
/// complex, quantised, sparse and nested tensors, <c>float8</c> and <c>uint16</c> to <c>uint64</c>, one storage with two
/// element types; integers of more than 64 bits and objects, such as a whole <c>nn.Sequential</c>, which
/// higher-level libraries may read; values nested more than 100 deep, more than 2^20 lists, tuples and dictionaries, pickles
/// of more than 16 MiB (without the tensors' elements, but with NumPy's).</para>
/// </remarks>
public static class PtFile
{
    // The pickle doesn't include tensor elements; no model needs a larger one.
    internal const int MostPickleBytes = 1 << 24;

    /// <summary>Writes a value to a file, atomically.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="value">A value of the types in the class remarks; also <c>int</c>, and other collections as lists.</param>
    /// <exception cref="ArgumentException">The value contains another type, or is nested more than 100 deep.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(string path, object? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, value));
    }

    /// <summary>Writes a value to a stream.</summary>
    /// <param name="stream">A stream to write to; left open.</param>
    /// <param name="value">A value of the types in the class remarks; also <c>int</c>, and other collections as lists.</param>
    /// <exception cref="ArgumentException">The value contains another type, or is nested more than 100 deep.</exception>
    public static void Save(Stream stream, object? value)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var pickle = new PickleWriter(value);
        if (pickle.Bytes.Length > MostPickleBytes)
            throw new ArgumentException($"Expected a value that takes at most {MostPickleBytes} bytes beside its tensors' elements, found {pickle.Bytes.Length}.", nameof(value));

        PtArchive.Write(stream, pickle);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">The device for all tensors, whatever device they were saved from; null uses the CPU.</param>
    /// <returns>The content as plain values; the caller disposes the tensors.</returns>
    /// <exception cref="DataFormatException">The file is damaged, or has unsupported content.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static object? Load(string path, Device? device = null)
        => FileFormat.Open(path, stream => Load(stream, device));

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">A seekable stream, read as a whole; left open.</param>
    /// <param name="device">The device for all tensors, whatever device they were saved from; null uses the CPU.</param>
    /// <returns>The content as plain values; the caller disposes the tensors.</returns>
    /// <exception cref="DataFormatException">The stream is damaged, or has unsupported content.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
    public static object? Load(Stream stream, Device? device = null) => Load(stream, device, isKnownClass: null);

    /// <summary>
    /// True if the content is a PyTorch file's: a zip archive with a pickle, or an older format. A zip archive that is too damaged
    /// to tell counts as one, so that <c>Load</c> says what is wrong with it.
    /// </summary>
    internal static bool Recognizes(Stream stream)
        => PtStream.Recognizes(stream) || PtTar.Recognizes(stream) || PtArchive.Recognizes(stream);

    /// <summary>The same, but also reads objects of some Python classes, as <see cref="PickledObject"/>.</summary>
    internal static object? Load(Stream stream, Device? device, Func<string, bool>? isKnownClass)
    {
        FileFormat.CheckReadable(stream);
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (value, tensors) = Read(stream, device ?? torch.CPU, isKnownClass);
        foreach (var tensor in tensors)
            _ = tensor.MoveToOuterDisposeScope();
        return value;
    }

    private static (object? Value, IReadOnlyCollection<Tensor> Tensors) Read(Stream stream, Device device, Func<string, bool>? isKnownClass)
    {
        if (PtStream.Recognizes(stream))
            return PtStream.Read(stream, device, isKnownClass);
        if (PtTar.Recognizes(stream))
            return PtTar.Read(stream, device, isKnownClass);
        if (ZipReader.Begins(stream))
            return PtArchive.Read(stream, device, isKnownClass);
        throw SafetensorsHeader.Begins(stream) ? new DataFormatException("Expected a PyTorch file (a zip archive), found a safetensors file.") : FileFormat.Unknown(stream);
    }
}
