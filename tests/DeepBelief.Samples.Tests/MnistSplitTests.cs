using System.Buffers.Binary;
using DeepBelief.Samples.Data;
using TorchSharp;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

/// <summary>Splits of files as large as MNIST's, with images of one pixel, which tells the image's number, up to 256.</summary>
public sealed class MnistSplitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MnistFiles files;

    public MnistSplitTests() => files = new(Images("train", 60_000), Labels("train-labels", 60_000), Images("test", 10_000), Labels("test-labels", 10_000));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_originals_split_takes_42000_training_images_apart_and_holds_others_out()
    {
        using var data = MnistData.Of(files, torch.CPU);
        var split = data.Original;

        split.TrainImages.shape.Should().Equal(27_720, 1);
        split.TestImages.shape.Should().Equal(14_280, 1);
        ShouldFit(split.TrainImages, split.TrainLabels);
        ShouldFit(split.TestImages, split.TestLabels);
        // Shuffled, but all there: the pixels of both sets are those of images 0 to 41,999.
        Pixels(split.TrainImages).Concat(Pixels(split.TestImages)).Order().Should().Equal(Enumerable.Range(0, 42_000).Select(i => i % 256).Order());
        Pixels(split.TrainImages).Take(100).Should().NotBeInAscendingOrder();
        Pixels(split.HeldOutImages!).Should().Equal(Enumerable.Range(42_000, 1_000).Select(i => i % 256));
        data.Original.Should().BeSameAs(split);
    }

    [Fact]
    public void The_whole_of_mnist_is_as_in_the_files()
    {
        using var data = MnistData.Of(files, torch.CPU);
        var split = data.Whole;

        Pixels(split.TrainImages).Should().Equal(Enumerable.Range(0, 60_000).Select(i => i % 256));
        Pixels(split.TestImages).Should().Equal(Enumerable.Range(0, 10_000).Select(i => i % 256));
        ShouldFit(split.TrainImages, split.TrainLabels);
        ShouldFit(split.TestImages, split.TestLabels);
        split.TrainLabels.shape.Should().Equal(60_000);
        split.HeldOutImages.Should().BeNull();
    }

    private static int[] Pixels(torch.Tensor images) => [.. images.data<float>().ToArray().Select(pixel => (int)MathF.Round(pixel * 255))];

    private static void ShouldFit(torch.Tensor images, torch.Tensor labels)
        => labels.data<long>().ToArray().Should().Equal(Pixels(images).Select(pixel => (long)(pixel % 10)));

    private string Images(string name, int count) => Write(name, [0, 0, 8, 3], [count, 1, 1], i => (byte)(i % 256));

    private string Labels(string name, int count) => Write(name, [0, 0, 8, 1], [count], i => (byte)(i % 256 % 10));

    private string Write(string name, byte[] magic, int[] sizes, Func<int, byte> value)
    {
        var bytes = new byte[magic.Length + (4 * sizes.Length) + sizes[0]];
        magic.CopyTo(bytes, 0);
        foreach (var (i, size) in sizes.Index())
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(magic.Length + (4 * i)), size);
        for (var i = 0; i < sizes[0]; i++)
            bytes[^(sizes[0] - i)] = value(i);
        File.WriteAllBytes(folder.File(name), bytes);
        return folder.File(name);
    }
}
