namespace DeepBelief.Tensors;

/// <summary>A generator that stands in for torch's default one, which all threads share, in the library's own draws of a thread.</summary>
internal static class DefaultGenerator
{
    [ThreadStatic]
    private static Generator? current;

    /// <summary>The generator to use where none is given; null for torch's default one.</summary>
    public static Generator? Current => current;

    /// <summary>Puts a generator in place until disposed. The caller owns it.</summary>
    public static IDisposable Replace(Generator generator)
    {
        var replacement = new Replacement(current);
        current = generator;
        return replacement;
    }

    private sealed class Replacement(Generator? before) : IDisposable
    {
        public void Dispose() => current = before;
    }
}
