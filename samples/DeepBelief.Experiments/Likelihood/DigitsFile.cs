using DeepBelief.Data;
using DeepBelief.Files;
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
        using var scope = torch.NewDisposeScope();
        try
        {
            var table = CsvTable.Load(path, new() { HasHeader = false });
            if (table.Names.Count != Pixels + 1)
                throw new IOException($"'{path}': expected {Pixels + 1} columns, found {table.Names.Count}.");
            var values = table.ToTensor();
            return new(
                values.narrow(1, 0, Pixels).contiguous().DetachFromDisposeScope(),
                values.select(1, Pixels).to(torch.ScalarType.Int64).DetachFromDisposeScope());
        }
        catch (Exception e) when (e is DataFormatException or ArgumentException)
        {
            throw new IOException($"'{path}' can't be read: {e.Message}", e);
        }
    }
}
