namespace DeepBelief.Internal;

/// <summary>Seeded streams of random numbers.</summary>
internal static class Randomness
{
    /// <summary>A generator of its own for a seed, on the device where its numbers are used.</summary>
    /// <param name="seed">The caller's seed.</param>
    /// <param name="device">The device.</param>
    /// <param name="stream">Streams of one seed that must not repeat each other have different numbers.</param>
    public static Generator Generator(long seed, Device device, int stream = 0)
        => new(unchecked((ulong)seed + ((ulong)stream * 0x9E3779B97F4A7C15UL)), device);
}
