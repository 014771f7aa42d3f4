using TorchSharp;

namespace DeepBelief.Samples.Mnist.Data;

/// <summary>The images as the experiments divide them, each read when it is first asked for and kept until disposal.</summary>
internal sealed class MnistData(Func<MnistSplit> original, Func<MnistSplit> whole) : IDisposable
{
    private MnistSplit? originalSplit;
    private MnistSplit? wholeSplit;

    /// <summary>The original's: 27,720 of 42,000 images to train, 14,280 to test.</summary>
    public MnistSplit Original => originalSplit ??= original();

    /// <summary>All of MNIST: 60,000 images to train, 10,000 to test.</summary>
    public MnistSplit Whole => wholeSplit ??= whole();

    public static MnistData Of(MnistFiles files, torch.Device device)
        => new(() => MnistSplit.Original(files, device), () => MnistSplit.Whole(files, device));

    public void Dispose()
    {
        originalSplit?.Dispose();
        wholeSplit?.Dispose();
    }
}
