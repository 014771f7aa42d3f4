using System.Globalization;
using System.IO.Compression;
using DeepBelief.Samples.Data;
using TorchSharp;

namespace DeepBelief.Experiments.Likelihood;

/// <summary>The 1,797 digits of 8 × 8 pixels that come with scikit-learn, a part of UCI's "Optical recognition of handwritten digits".</summary>
internal static class DigitsFile
{
    /// <summary>Its name, wherever it is.</summary>
    public const string Name = "digits.csv.gz";

    private const int Pixels = 64;

    // Where Debian's package python3-sklearn has it.
    private const string Debian = "/usr/lib/python3/dist-packages/sklearn/datasets/data";

    /// <summary>The file in the user's folder of data or where a package has put it; null if it is in neither.</summary>
    public static string? Find(string? dataFolder)
        => new[] { dataFolder, Debian }.OfType<string>().Select(folder => Path.Combine(folder, Name)).FirstOrDefault(File.Exists);

    /// <summary>Reads it: a line for each digit, its pixels from 0 to 16, and its class.</summary>
    /// <returns>Images <c>[digits, 64]</c>, values from 0 to 16, and labels.</returns>
    /// <exception cref="IOException">It can't be read or is another file.</exception>
    public static LabelledImages Read(string path)
    {
        var (images, labels) = (new List<float>(), new List<long>());
        try
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line)
            {
                var cells = line.Split(',');
                if (cells.Length != Pixels + 1)
                    throw new IOException($"'{path}': expected {Pixels + 1} columns in line {labels.Count + 1}, found {cells.Length}.");
                images.AddRange(cells.Take(Pixels).Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)));
                labels.Add(long.Parse(cells[Pixels], CultureInfo.InvariantCulture));
            }
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' can't be read: {e.Message}", e);
        }

        using var scope = torch.NewDisposeScope();
        return new(torch.tensor(images.ToArray()).view(-1, Pixels).DetachFromDisposeScope(), torch.tensor(labels.ToArray()).DetachFromDisposeScope());
    }
}
