namespace DeepBelief.Tests.Support;

/// <summary>What came of reading broken files.</summary>
internal sealed class FuzzReport
{
    /// <summary>How many files were made and read.</summary>
    public int Files { get; set; }

    /// <summary>How many were still good, by the reader.</summary>
    public SortedDictionary<string, int> Loaded { get; } = new(StringComparer.Ordinal);

    /// <summary>How many were refused, by the reader.</summary>
    public SortedDictionary<string, int> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>All that should not be: other exceptions, too much memory or time, tensors left behind.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>The longest that a file took a reader.</summary>
    public TimeSpan Slowest { get; set; }

    /// <summary>The most managed memory that a reader allocated over a file, in bytes.</summary>
    public long MostAllocated { get; set; }
}
