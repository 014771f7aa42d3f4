namespace DeepBelief.Files;

/// <summary>Opens files; all failures are an <see cref="IOException"/>, including missing permissions and folders.</summary>
internal static class FileStreams
{
    public static FileStream OpenRead(string path) => Open(path, FileMode.Open, FileAccess.Read, FileShare.Read);

    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, mode, access, share);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
