namespace DeepBelief.Tensors;

/// <summary>Independent random streams from one seed.</summary>
internal static class Randomness
{
    public const int Weights = 0;
    public const int Order = 1;
    public const int Chains = 2;
    public const int Rows = 3;
    public const int Evaluation = 4;
    public const int OutputWeights = 6;
    public const int UnlabelledOrder = 7;
    public const int Ranks = 8;
    public const int Annealing = 20;
    public const int ReverseAnnealing = 21;
    public const int ReverseStarts = 22;
    public const int RowAnnealing = 23;
    public const int AnnealingSteps = 24;
    public const int LayerWeights = 100; // plus the layer's number
    public const int LayerInputs = 1000; // plus the layer's number
    public const int ValidationInputs = 2000; // plus the layer's number
    public const int Epochs = 10_000; // plus the epoch's number

    /// <summary>Derives a stream's seed; neighbouring seeds and streams give unrelated ones.</summary>
    /// <remarks>splitmix64's finaliser (Steele, Lea and Flood 2014). Mixes all bits into the lower 32, all that torch uses.</remarks>
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

    /// <summary>The seed of what each rank of a group draws for itself. The first has that of a process alone.</summary>
    public static long OfRank(long seed, IProcessGroup? group)
        => group is { Rank: > 0 and var rank } ? Derive(Derive(seed, Ranks), rank) : seed;

    /// <summary>Creates a CPU generator for a stream, one of the constants above.</summary>
    public static Generator Generator(long seed, int stream) => new((ulong)Derive(seed, stream));

    /// <summary>A generator on the CPU; elsewhere null, the default one, as TorchSharp creates only CPU generators.</summary>
    public static Generator? Generator(long seed, Device device, int stream)
        => device.type == DeviceType.CPU ? Generator(seed, stream) : null;

    /// <summary>Seeds CUDA's default generator, whose state TorchSharp can't restore; call it where a run may be resumed.</summary>
    public static void SeedDefault(Device device, long seed, int stream)
    {
        if (device.type == DeviceType.CUDA)
            torch.cuda.manual_seed_all(Derive(seed, stream));
    }
}
