namespace DeepBelief.Cli.Models;

/// <summary>Refuses work that this machine has no memory for, which the system would end without a word.</summary>
internal static class Memory
{
    private const double Gigabyte = 1e9;

    /// <summary>Throws if more is needed than there is.</summary>
    /// <param name="bytes">What is needed at the least.</param>
    /// <param name="option">The option that it is needed for, with its value.</param>
    /// <exception cref="UsageException">The machine has less memory.</exception>
    public static void Expect(double bytes, string option)
    {
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > most)
            throw new UsageException(FormattableString.Invariant($"{option}: expected work that fits into the memory of this machine, {most / Gigabyte:f1} GB, found one of {bytes / Gigabyte:f1} GB or more."));
    }
}
