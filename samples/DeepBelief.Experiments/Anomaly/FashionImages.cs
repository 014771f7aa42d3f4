using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Samples.Data;
using TorchSharp;

namespace DeepBelief.Experiments.Anomaly;

/// <summary>Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), whose files are named and made as MNIST's are. Never downloaded.</summary>
internal static class FashionImages
{
    public const string Name = "Fashion-MNIST";

    private const long Pixels = 28 * 28;

    // Where Debian's package dataset-fashion-mnist has the files.
    private const string Debian = "/usr/share/datasets/fashion-mnist";

    private static readonly MnistFile TestImages = MnistFile.All[2];

    /// <summary>The folder where a package has put the test images; null: there are none.</summary>
    public static string? InstalledFolder() => FindTestImages(Debian) is null ? null : Debian;

    /// <summary>The test images, <c>[rows, 784]</c>, from 0 to 1.</summary>
    /// <param name="folder">The folder with the file, raw or gzipped.</param>
    /// <param name="device">Where the images go.</param>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    /// <exception cref="DataFormatException">It holds something else.</exception>
    public static torch.Tensor Read(string folder, torch.Device device)
    {
        var path = FindTestImages(folder)
            ?? throw new FileNotFoundException($"The folder '{folder}' of --fashion has no {TestImages.Name}, raw or gzipped.");
        using var scope = torch.NewDisposeScope();
        var images = IdxFile.ReadImages(path);
        if (images.shape[1] != Pixels)
            throw new DataFormatException($"{path}: expected images of {Pixels} pixels, found {images.shape[1]}.");
        return images.to(device).DetachFromDisposeScope();
    }

    private static string? FindTestImages(string folder)
        => TestImages.Spellings.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
