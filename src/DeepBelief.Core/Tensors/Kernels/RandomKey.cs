namespace DeepBelief.Tensors;

/// <summary>Keys of the random numbers of matrices (<see cref="Xoroshiro"/>), from torch's generators.</summary>
/// <remarks>
/// All of them come from the generator, so that its state is all there is to know: who seeds it or puts it back gets the
/// same numbers again.
/// </remarks>
internal static unsafe class RandomKey
{
    // One for each thread, as a new tensor for every key would cost as much as sampling thousands of units.
    [ThreadStatic]
    private static Tensor? words;

    [ThreadStatic]
    private static Shared? current;

    /// <summary>A key that no other matrix has.</summary>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    public static ulong Draw(Generator? generator)
        => current is { } shared && ReferenceEquals(shared.Generator, generator) ? shared.Next() : FromTorch(generator);

    /// <summary>
    /// Until it is disposed, one number of a generator's makes all the keys that this thread draws from it. A number costs
    /// little by itself, but after a large matrix product, none of torch's code is in the processor's caches any more.
    /// </summary>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>What ends it; null where it was so already.</returns>
    public static IDisposable? Share(Generator? generator)
        => current is { } shared && ReferenceEquals(shared.Generator, generator) ? null : current = new Shared(generator, current);

    private static ulong FromTorch(Generator? generator)
    {
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
            // Not before it is needed: on other devices and for other types, nothing is.
            first ??= FromTorch(generator);
            return (ulong)Randomness.Derive((long)first, count++);
        }

        public void Dispose() => current = outer;
    }
}
