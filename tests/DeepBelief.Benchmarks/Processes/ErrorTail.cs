namespace DeepBelief.Benchmarks.Processes;

/// <summary>The last line that a process wrote to its standard error and that says something.</summary>
internal sealed class ErrorTail
{
    private volatile string last = "";

    public string Last => last;

    public void Add(string? line)
    {
        // Frames of a .NET stack trace come after the message.
        if (!string.IsNullOrWhiteSpace(line) && !line.StartsWith("   at ", StringComparison.Ordinal))
            last = line.Trim();
    }
}
