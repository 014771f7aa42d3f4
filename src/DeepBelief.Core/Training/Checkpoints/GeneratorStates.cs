using System.Buffers.Binary;
using DeepBelief.Files;

namespace DeepBelief.Training;

/// <summary>Checks generator states, as torch throws a C++ exception for invalid ones that TorchSharp does not catch: the process ends.</summary>
internal static class GeneratorStates
{
    // Torch's CPU generator is a Mersenne twister of 624 words. A state begins with the seed (64 bits), the number of words left
    // before the next twist (32), whether it was seeded (32), and the index of the next word (64).
    private const int Words = 624;
    private const int Left = 8;
    private const int Seeded = 12;
    private const int Next = 16;

    public static void Check(IReadOnlyDictionary<string, Generator> generators, IReadOnlyDictionary<string, Tensor> states)
    {
        using var scope = torch.NewDisposeScope();
        NamedTensors.Check(generators.ToDictionary(g => g.Key, g => g.Value.get_state()), states, "generators");
        foreach (var (name, state) in states)
        {
            var bytes = state.contiguous().bytes;
            // Torch reads left - 1 words from next on before the next twist, without a bounds check.
            var left = BinaryPrimitives.ReadInt32LittleEndian(bytes[Left..]);
            if (left is < 1 or > Words
                || BinaryPrimitives.ReadInt32LittleEndian(bytes[Seeded..]) != 1
                || BinaryPrimitives.ReadUInt64LittleEndian(bytes[Next..]) > (ulong)(Words + 1 - left))
                throw new DataFormatException($"generators/{name}: expected the state of a Mersenne twister, found other bytes.");
        }
    }
}
