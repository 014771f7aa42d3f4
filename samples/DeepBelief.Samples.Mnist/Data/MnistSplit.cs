using DeepBelief.Data;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Data;

/// <summary>
/// The original's split: 42,000 images, of which 27,720 train and 14,280 test, pixels in [0, 1]. The original had them from
/// a competition's file; here they are the first 42,000 training images, shuffled by a fixed seed.
/// </summary>
internal sealed class MnistSplit : IDisposable
{
    private const long Used = 42_000;
    private const long Training = 27_720;
    private const ulong ShuffleSeed = 1;

    private MnistSplit(torch.Tensor trainImages, torch.Tensor trainLabels, torch.Tensor testImages, torch.Tensor testLabels)
        => (TrainImages, TrainLabels, TestImages, TestLabels) = (trainImages, trainLabels, testImages, testLabels);

    /// <summary><c>[27720, 784]</c>.</summary>
    public torch.Tensor TrainImages { get; }

    /// <summary><c>[27720]</c>.</summary>
    public torch.Tensor TrainLabels { get; }

    /// <summary><c>[14280, 784]</c>.</summary>
    public torch.Tensor TestImages { get; }

    /// <summary><c>[14280]</c>.</summary>
    public torch.Tensor TestLabels { get; }

    public static MnistSplit Load(MnistFiles files, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(ShuffleSeed);
        var order = torch.randperm(Used, torch.ScalarType.Int64, generator: generator);
        var images = IdxFile.ReadImages(files.TrainImages).index_select(0, order);
        var labels = IdxFile.ReadLabels(files.TrainLabels).index_select(0, order);
        return new MnistSplit(
            Part(images, 0, Training, device), Part(labels, 0, Training, device),
            Part(images, Training, Used - Training, device), Part(labels, Training, Used - Training, device));
    }

    /// <summary>Each set made binary at its own mean, as the original has it.</summary>
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
    }

    // A copy, so that the images that are left out don't stay in memory.
    private static torch.Tensor Part(torch.Tensor rows, long start, long count, torch.Device device)
        => rows.narrow(0, start, count).clone().to(device).DetachFromDisposeScope();
}
