namespace DeepBelief.Samples.Data;

/// <summary>Files that are either complete or not there.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside <paramref name="path"/>, then renames; whatever goes wrong leaves nothing behind.</summary>
    public static async Task WriteAsync(
        string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var beside = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
                await write(stream, cancellationToken);
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }

    /// <inheritdoc cref="WriteAsync"/>
    public static void Write(string path, byte[] content) => WriteAsync(
        path,
        (stream, _) =>
        {
            stream.Write(content);
            return Task.CompletedTask;
        },
        CancellationToken.None).GetAwaiter().GetResult();
}
