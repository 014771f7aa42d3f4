using TorchSharp;

namespace DeepBelief.Samples.Reporting;

/// <summary>The random numbers of what is drawn from trained models.</summary>
public static class SeededGenerator
{
    /// <summary>
    /// A generator for models on the CPU. Elsewhere null, the device's own, which is seeded here: TorchSharp's generators are the
    /// CPU's whatever device they are made for, and <c>torch.random.manual_seed</c> seeds the CPU's alone.
    /// </summary>
    /// <param name="device">Of the model.</param>
    /// <param name="seed">The seed.</param>
    public static torch.Generator? For(torch.Device device, int seed)
    {
        if (device.type == DeviceType.CPU)
            return new torch.Generator((ulong)(uint)seed);
        torch.cuda.manual_seed_all(seed);
        return null;
    }
}
