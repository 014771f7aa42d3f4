namespace DeepBelief.Tensors;

/// <summary>Random keys for <see cref="Xoroshiro"/>, one per matrix, drawn from torch's generators.</summary>
/// <remarks>The generator's state alone determines all keys: seeding or restoring it repeats the same numbers.</remarks>
internal static unsafe class RandomKey
{
    // Kept, as a new tensor for each key would cost as much as sampling thousands of units.
    [ThreadStatic]
    private static Tensor? words;

    [ThreadStatic]
    private static Shared? current;

    /// <summary>Draws a new key. A null generator is the default one.</summary>
    public static ulong Draw(Generator? generator)
    {
        generator ??= DefaultGenerator.Current;
        return current is { } shared && ReferenceEquals(shared.Generator, generator) ? shared.Next() : FromTorch(generator);
    }

    /// <summary>
    /// Derives all keys that this thread draws from a generator from one of its numbers, until disposed; null if it does so
    /// already. Drawing a number is cheap, except after a large matrix product, which evicts torch's code from the caches.
    /// </summary>
    public static IDisposable? Share(Generator? generator)
        => current is { } shared && ReferenceEquals(shared.Generator, generator) ? null : current = new Shared(generator, current);

    private static ulong FromTorch(Generator? generator)
    {
        Guard.Alive(generator);
        words ??= torch.empty(2, ScalarType.Int64, torch.CPU).DetachFromDisposeScope();
        _ = words.random_(0, 1L << 32, generator);
        var values = TensorMemory.Integers(words);
        return (ulong)values[0] | ((ulong)values[1] << 32);
    }

    private sealed class Shared(Generator? generator, Shared? outer) : IDisposable
    {
        private ulong? first;
        private int count;

        public Generator? Generator => generator;

        public ulong Next()
        {
            // Drawn when first needed: other devices and types need none.
            first ??= FromTorch(generator);
            return (ulong)Randomness.Derive((long)first, count++);
        }

        public void Dispose() => current = outer;
    }
}
