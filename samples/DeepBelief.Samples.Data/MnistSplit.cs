using DeepBelief.Data;
using DeepBelief.Files;
using TorchSharp;

namespace DeepBelief.Samples.Data;

/// <summary>Images to train and to test with, pixels in [0, 1], and their labels.</summary>
public sealed class MnistSplit : IDisposable
{
    private const long Used = 42_000;
    private const long Training = 27_720;
    private const long Others = 1_000;
    private const ulong ShuffleSeed = 1;

    /// <summary>Takes the tensors over.</summary>
    public MnistSplit(
        torch.Tensor trainImages, torch.Tensor trainLabels, torch.Tensor testImages, torch.Tensor testLabels, torch.Tensor? heldOutImages = null)
    {
        (TrainImages, TrainLabels, TestImages, TestLabels) = (trainImages, trainLabels, testImages, testLabels);
        HeldOutImages = heldOutImages;
    }

    /// <summary><c>[rows, 784]</c>.</summary>
    public torch.Tensor TrainImages { get; }

    /// <summary><c>[rows]</c>.</summary>
    public torch.Tensor TrainLabels { get; }

    /// <summary><c>[rows, 784]</c>.</summary>
    public torch.Tensor TestImages { get; }

    /// <summary><c>[rows]</c>.</summary>
    public torch.Tensor TestLabels { get; }

    /// <summary>Where the images are.</summary>
    public torch.Device Device => TrainImages.device;

    /// <summary>The training images with their labels, in the same memory.</summary>
    public LabelledImages Train() => new(TrainImages.alias().DetachFromDisposeScope(), TrainLabels.alias().DetachFromDisposeScope());

    /// <summary>Images that are neither trained on nor tested with, <c>[rows, 784]</c>: for the free-energy gap of pre-training. Null: none.</summary>
    public torch.Tensor? HeldOutImages { get; }

    /// <summary>
    /// The original's split: 42,000 images, of which 27,720 train and 14,280 test. The original had them from a competition's
    /// file; here they are the first 42,000 training images, shuffled by a fixed seed. Held out are the 1,000 after those.
    /// </summary>
    public static MnistSplit Original(MnistFiles files, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(ShuffleSeed);
        var order = torch.randperm(Used, torch.ScalarType.Int64, generator: generator);
        var allImages = IdxFile.LoadImages(files.TrainImages);
        var images = allImages.index_select(0, order);
        var labels = IdxFile.LoadLabels(files.TrainLabels).index_select(0, order);
        return new MnistSplit(
            Part(images, 0, Training, device),
            Part(labels, 0, Training, device),
            Part(images, Training, Used - Training, device),
            Part(labels, Training, Used - Training, device),
            Part(allImages, Used, Others, device));
    }

    /// <summary>MNIST's own split: 60,000 images to train, in the files' order, and 10,000 to test; none held out.</summary>
    public static MnistSplit Whole(MnistFiles files, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        return new MnistSplit(
            Put(IdxFile.LoadImages(files.TrainImages)),
            Put(IdxFile.LoadLabels(files.TrainLabels)),
            Put(IdxFile.LoadImages(files.TestImages)),
            Put(IdxFile.LoadLabels(files.TestLabels)));

        torch.Tensor Put(torch.Tensor rows) => rows.to(device).DetachFromDisposeScope();
    }

    /// <summary>Each set made binary at its own mean, as the original has it; without the images held out.</summary>
    public MnistSplit Binarized()
    {
        using var scope = torch.NewDisposeScope();
        return new MnistSplit(
            TrainImages.Binarize().DetachFromDisposeScope(), TrainLabels.alias().DetachFromDisposeScope(),
            TestImages.Binarize().DetachFromDisposeScope(), TestLabels.alias().DetachFromDisposeScope());
    }

    public void Dispose()
    {
        TrainImages.Dispose();
        TrainLabels.Dispose();
        TestImages.Dispose();
        TestLabels.Dispose();
        HeldOutImages?.Dispose();
    }

    // A copy, so that the images that are left out don't stay in memory.
    private static torch.Tensor Part(torch.Tensor rows, long start, long count, torch.Device device)
        => rows.narrow(0, start, count).clone().to(device).DetachFromDisposeScope();
}

/// <summary>The images as the experiments divide them, each read when it is first asked for and kept until disposal.</summary>
public sealed class MnistData(Func<MnistSplit> original, Func<MnistSplit> whole) : IDisposable
{
    private MnistSplit? originalSplit;
    private MnistSplit? wholeSplit;

    /// <summary>The original's: 27,720 of 42,000 images to train, 14,280 to test.</summary>
    public MnistSplit Original => originalSplit ??= original();

    /// <summary>All of MNIST: 60,000 images to train, 10,000 to test.</summary>
    public MnistSplit Whole => wholeSplit ??= whole();

    /// <summary>MNIST from a folder, the cache or the web.</summary>
    /// <param name="folder">Where to look first; null: only in the cache.</param>
    /// <param name="device">Where the images go.</param>
    /// <param name="note">Told which sources on the web are turned to.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="MnistUnavailableException">It could not be had.</exception>
    public static async Task<MnistData> LocateAsync(string? folder, torch.Device device, Action<string> note, CancellationToken cancellationToken)
    {
        using var http = MnistLocator.CreateHttpClient();
        var locator = new MnistLocator(http)
        {
            DataFolder = folder,
            Progress = progress =>
            {
                if (progress.File is null)
                    note($"Looking for MNIST: {progress.Source}.");
            },
        };
        return Of(await locator.LocateAsync(cancellationToken), device);
    }

    public static MnistData Of(MnistFiles files, torch.Device device)
        => new(() => MnistSplit.Original(files, device), () => MnistSplit.Whole(files, device));

    public void Dispose()
    {
        originalSplit?.Dispose();
        wholeSplit?.Dispose();
    }
}
