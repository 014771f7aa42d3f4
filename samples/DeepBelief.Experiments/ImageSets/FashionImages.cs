using DeepBelief.Files;
using DeepBelief.Samples.Data;
using TorchSharp;

namespace DeepBelief.Experiments.ImageSets;

/// <summary>Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), whose files are named and made as MNIST's are. Never downloaded.</summary>
internal static class FashionImages
{
    public const string Name = "Fashion-MNIST";

    private const long Pixels = 28 * 28;
    private const long Classes = 10;

    // Where Debian's package dataset-fashion-mnist has the files.
    private const string Debian = "/usr/share/datasets/fashion-mnist";

    private static readonly MnistFile TestImages = MnistFile.All[2];

    /// <summary>The folder where a package has put the test images; null: there are none.</summary>
    public static string? InstalledFolder() => Find(Debian, TestImages) is null ? null : Debian;

    /// <summary>The test images, <c>[rows, 784]</c>, from 0 to 1.</summary>
    /// <param name="folder">The folder with the file, raw or gzipped.</param>
    /// <param name="device">Where the images go.</param>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    /// <exception cref="DataFormatException">It holds something else.</exception>
    public static torch.Tensor Read(string folder, torch.Device device)
    {
        var path = Find(folder, TestImages) ?? throw Missing(folder, TestImages);
        using var scope = torch.NewDisposeScope();
        var images = IdxFile.LoadImages(path);
        Check(images, path);
        return images.to(device).DetachFromDisposeScope();
    }

    /// <summary>All images and labels, read when they are first asked for.</summary>
    /// <param name="folder">The folder with the four files, raw or gzipped; null: where a package has put them.</param>
    /// <param name="device">Where the images go.</param>
    /// <exception cref="IOException">A file is missing.</exception>
    public static MnistData Open(string? folder, torch.Device device)
    {
        folder ??= InstalledFolder()
            ?? throw new FileNotFoundException($"{Name} was not found: --fashion names the folder of its files, which Debian's package dataset-fashion-mnist puts into {Debian}.");
        string[] paths = [.. MnistFile.All.Select(file => Find(folder, file) ?? throw Missing(folder, file))];
        var files = new MnistFiles(paths[0], paths[1], paths[2], paths[3]);
        return new MnistData(() => MnistSplit.Original(files, device), () => Whole(files, device));
    }

    private static MnistSplit Whole(MnistFiles files, torch.Device device)
    {
        var split = MnistSplit.Whole(files, device);
        try
        {
            Check(split.TrainImages, files.TrainImages, split.TrainLabels, files.TrainLabels);
            Check(split.TestImages, files.TestImages, split.TestLabels, files.TestLabels);
            return split;
        }
        catch
        {
            split.Dispose();
            throw;
        }
    }

    private static void Check(torch.Tensor images, string path)
    {
        if (images.shape[1] != Pixels)
            throw new DataFormatException($"{path}: expected images of {Pixels} pixels, found {images.shape[1]}.");
    }

    private static void Check(torch.Tensor images, string path, torch.Tensor labels, string labelsPath)
    {
        Check(images, path);
        if (labels.shape[0] != images.shape[0])
            throw new DataFormatException($"{labelsPath}: expected {images.shape[0]} labels, found {labels.shape[0]}.");
        using var greatest = labels.max();
        if (greatest.ToInt64() >= Classes)
            throw new DataFormatException($"{labelsPath}: expected labels from 0 to {Classes - 1}, found {greatest.ToInt64()}.");
    }

    private static FileNotFoundException Missing(string folder, MnistFile file)
        => new($"The folder '{folder}' of --fashion has no {file.Name}, raw or gzipped.");

    private static string? Find(string folder, MnistFile file)
        => file.Spellings.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
