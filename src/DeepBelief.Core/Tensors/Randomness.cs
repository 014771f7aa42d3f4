namespace DeepBelief.Tensors;

/// <summary>Seeded streams of random numbers.</summary>
internal static class Randomness
{
    // Streams: what must not repeat each other though it comes from one seed.
    public const int Weights = 0;
    public const int Order = 1;
    public const int Chains = 2;
    public const int Rows = 3;
    public const int Evaluation = 4;
    public const int OutputWeights = 6;
    public const int Annealing = 20;
    public const int ReverseAnnealing = 21;
    public const int ReverseStarts = 22;
    public const int RowAnnealing = 23;
    public const int LayerWeights = 100; // and the layer's number
    public const int LayerInputs = 1000; // and the layer's number
    public const int ValidationInputs = 2000; // and the layer's number
    public const int Epochs = 10_000; // and the epoch's number

    /// <summary>A seed for a stream: neighbouring seeds and streams have nothing in common.</summary>
    /// <remarks>
    /// The finaliser of splitmix64 (Steele, Lea and Flood 2014). Torch's generator takes only the lower 32 bits of a seed;
    /// here, they depend on all.
    /// </remarks>
    public static long Derive(long seed, int stream)
    {
        unchecked
        {
            var z = ((ulong)seed * 0xD1342543DE82EF95UL) + ((ulong)(stream + 1) * 0x9E3779B97F4A7C15UL);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return (long)(z ^ (z >> 31));
        }
    }

    /// <summary>A generator of its own for a seed, for numbers that are drawn on the CPU.</summary>
    /// <param name="seed">The caller's seed.</param>
    /// <param name="stream">One of the constants above.</param>
    public static Generator Generator(long seed, int stream) => new((ulong)Derive(seed, stream));

    /// <summary>
    /// A generator of its own where there is one for the device, otherwise null, which stands for the device's default
    /// one: all of TorchSharp's generators are on the CPU, whatever device they are asked for.
    /// </summary>
    public static Generator? Generator(long seed, Device device, int stream)
        => device.type == DeviceType.CPU ? Generator(seed, stream) : null;

    /// <summary>
    /// Seeds the default generator of a device that has no others. Its state can't be read or set with TorchSharp, so this
    /// is done wherever a run may be resumed.
    /// </summary>
    public static void SeedDefault(Device device, long seed, int stream)
    {
        if (device.type == DeviceType.CUDA)
            torch.cuda.manual_seed_all(Derive(seed, stream));
    }
}
