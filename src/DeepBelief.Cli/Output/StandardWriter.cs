using System.Text;

namespace DeepBelief.Cli.Output;

/// <summary>Writes to the process's standard output or error. Where these are closed, what is written is dropped, as it is where a pipe is.</summary>
internal sealed class StandardWriter : TextWriter
{
    private readonly bool isError;
    private TextWriter inner = Null;

    private StandardWriter(Func<TextWriter> open, bool isError)
    {
        this.isError = isError;
        Try(() => inner = open());
    }

    /// <summary>Standard output. That it can't be written, as on a full disk, is an <see cref="IOException"/> that says so.</summary>
    public static StandardWriter Output() => new(() => Console.Out, isError: false);

    /// <summary>Standard error. There is nowhere to say that it can't be written.</summary>
    public static StandardWriter Error() => new(() => Console.Error, isError: true);

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write($"{value}{CoreNewLine.AsSpan()}");

    /// <inheritdoc/>
    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush() => Try(() => inner.Flush());

    private void Try(Action write)
    {
        try
        {
            write();
        }
        // The first is what .NET makes of EBADF: there is no such stream, as it was closed.
        catch (Exception e) when (e is UnauthorizedAccessException || (isError && e is IOException))
        {
            inner = Null;
        }
        catch (IOException e)
        {
            throw new IOException($"standard output: the result could not be written: {e.Message.TrimEnd('.')}.", e) { HResult = e.HResult };
        }
    }
}
