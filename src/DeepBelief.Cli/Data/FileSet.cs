using DeepBelief.Files;

namespace DeepBelief.Cli.Data;

/// <summary>Files that belong together, such as a model and the encoder of its table.</summary>
internal static class FileSet
{
    /// <summary>
    /// Writes all files or none: first beside their targets, then by names. Should the process end while the names change, there is no
    /// file by the name of the first, so that no mix of old and new ones is taken for a whole; the old ones are there as
    /// <c>FILE.*.old</c>.
    /// </summary>
    /// <param name="files">The files, the one without which the others say nothing first; null for one that is not to be there.</param>
    public static void Write(params IReadOnlyList<(string Path, Action<Stream>? Write)> files)
    {
        if (files[0].Write is { } write && files.Skip(1).All(file => file.Write is null && !File.Exists(file.Path)))
        {
            AtomicFile.Write(files[0].Path, write);
            return;
        }

        var mark = Guid.NewGuid().ToString("N");
        var (away, placed) = (new Stack<string>(), new Stack<string>());
        try
        {
            foreach (var file in files)
            {
                if (file.Write is not null)
                    AtomicFile.Write(New(file.Path), file.Write);
            }

            foreach (var file in files.Where(file => File.Exists(file.Path)))
            {
                File.Move(file.Path, Old(file.Path));
                away.Push(file.Path);
            }

            foreach (var file in files.Where(file => file.Write is not null).Reverse())
            {
                File.Move(New(file.Path), file.Path);
                placed.Push(file.Path);
            }
        }
        catch
        {
            foreach (var file in placed)
                File.Delete(file);
            foreach (var file in away)
                File.Move(Old(file), file);
            throw;
        }
        finally
        {
            foreach (var file in files)
                File.Delete(New(file.Path));
        }

        foreach (var file in away)
            File.Delete(Old(file));

        string New(string file) => $"{file}.{mark}.new";

        string Old(string file) => $"{file}.{mark}.old";
    }
}
