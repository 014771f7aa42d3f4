namespace DeepBelief.Internal;

/// <summary>Seeded streams of random numbers.</summary>
internal static class Randomness
{
    /// <summary>A generator of its own for a seed, for numbers that are drawn on the CPU.</summary>
    /// <param name="seed">The caller's seed.</param>
    /// <param name="stream">Streams of one seed that must not repeat each other have different numbers.</param>
    public static Generator Generator(long seed, int stream = 0)
        => new(unchecked((ulong)seed + ((ulong)stream * 0x9E3779B97F4A7C15UL)));

    /// <summary>
    /// A generator of its own where there is one for the device, otherwise null, which stands for the device's default
    /// one: all of TorchSharp's generators are on the CPU, whatever device they are asked for.
    /// </summary>
    public static Generator? Generator(long seed, Device device, int stream)
        => device.type == DeviceType.CPU ? Generator(seed, stream) : null;

    /// <summary>Seeds the default generator of a device that has no others.</summary>
    public static void SeedDefault(Device device, long seed)
    {
        if (device.type == DeviceType.CUDA)
            torch.cuda.manual_seed_all(seed);
    }
}
