using DeepBelief.Files;

namespace DeepBelief.Cli.Data;

/// <summary>Files that belong together, such as a model and the encoder of its table.</summary>
internal static class FileSet
{
    /// <summary>
    /// Writes all files or none: first beside their targets, then by names. Should the process end while the names change, there is no
    /// file by the name of the first, so that no mix of old and new ones is taken for a whole; the old ones are there as
    /// <c>FILE.*.old</c>. A link stays, and what it leads to is written.
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
        var places = files.Select(file => (file.Path, file.Write, Target: file.Write is null ? Path.GetFullPath(file.Path) : AtomicFile.Target(file.Path))).ToList();
        var (away, placed) = (new Stack<string>(), new Stack<string>());
        try
        {
            foreach (var file in places)
            {
                if (file.Write is not null)
                    AtomicFile.WriteTemporary(file.Path, New(file.Target), file.Write);
            }

            foreach (var file in places.Where(file => File.Exists(file.Target)))
            {
                AtomicFile.Move(file.Path, file.Target, Old(file.Target));
                away.Push(file.Target);
            }

            foreach (var file in places.Where(file => file.Write is not null).Reverse())
            {
                AtomicFile.Move(file.Path, New(file.Target), file.Target);
                placed.Push(file.Target);
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
            foreach (var file in places)
                File.Delete(New(file.Target));
        }

        foreach (var file in away)
            File.Delete(Old(file));

        string New(string file) => $"{file}.{mark}.new";

        string Old(string file) => $"{file}.{mark}.old";
    }
}
