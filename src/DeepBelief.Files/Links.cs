namespace DeepBelief.Files;

/// <summary>Symbolic links.</summary>
internal static class Links
{
    // As many as Linux follows.
    private const int Most = 40;

    /// <summary>True if there is a file, also where a link leads to it; a link to nothing is none, other than for <see cref="File.Exists"/>.</summary>
    public static bool HasFile(string path) => File.Exists(path) && (new FileInfo(path).LinkTarget is null || File.Exists(Follow(path)));

    /// <summary>Where a path leads: without links, of folders or the file, which needs not be there.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Follow(string path)
    {
        var followed = 0;
        return Real(Path.GetFullPath(path));

        string Real(string full)
        {
            if (Path.GetDirectoryName(full) is not { } above)
                return full;
            var folder = Real(above);
            var here = Path.Combine(folder, Path.GetFileName(full));
            FileSystemInfo entry = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
            if (entry.LinkTarget is not { } target)
                return here;
            followed++;
            return followed <= Most ? Real(Path.GetFullPath(target, folder)) : throw new IOException($"{path}: expected links that lead to a file, found a circle of links, or more than {Most}.");
        }
    }
}
