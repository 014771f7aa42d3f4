namespace DeepBelief.Files;

/// <summary>
/// A file does not hold what it should: it is cut short, of another format, or made for another kind of object. The message
/// names the file, the part of it, and what was expected and found.
/// </summary>
public sealed class DataFormatException : FormatException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DataFormatException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What was expected and found.</param>
    public DataFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that another one caused.</summary>
    /// <param name="message">What was expected and found.</param>
    /// <param name="innerException">The cause.</param>
    public DataFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
