namespace DeepBelief.Files;

/// <summary>
/// Thrown if a file is truncated, has another format or belongs to another kind of object. The message names the file, the
/// part of it, and what was expected and found.
/// </summary>
public sealed class DataFormatException : FormatException
{
    /// <summary>Creates an exception with a default message.</summary>
    public DataFormatException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What was expected and found.</param>
    public DataFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a cause.</summary>
    /// <param name="message">What was expected and found.</param>
    /// <param name="innerException">The cause.</param>
    public DataFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
