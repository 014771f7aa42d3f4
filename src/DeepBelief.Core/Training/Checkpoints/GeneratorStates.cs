using System.Buffers.Binary;
using DeepBelief.Files;

namespace DeepBelief.Training;

/// <summary>
/// States of random generators from a file, looked at before torch sees them: it throws at a state that it can't use, and
/// TorchSharp has nothing round that call to catch it, so the process would end.
/// </summary>
internal static class GeneratorStates
{
    // Torch's generator on the CPU is a Mersenne twister of so many words. A state begins with the seed (64 bits), how
    // many words are left before the next twist (32), whether it was seeded (32), and which word is next (64).
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
            // Until the next twist, left - 1 words are read from next on: torch does not see that these are too many.
            var left = BinaryPrimitives.ReadInt32LittleEndian(bytes[Left..]);
            if (left is < 1 or > Words
                || BinaryPrimitives.ReadInt32LittleEndian(bytes[Seeded..]) != 1
                || BinaryPrimitives.ReadUInt64LittleEndian(bytes[Next..]) > (ulong)(Words + 1 - left))
                throw new DataFormatException($"generators/{name}: expected the state of a Mersenne twister, found other bytes.");
        }
    }
}
