using System.CommandLine;
using DeepBelief.Files;

namespace DeepBelief.Cli.Options;

/// <summary>Checks the files that a command line names, before anything is done.</summary>
internal static class FilePaths
{
    private static readonly StringComparer Comparer = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>Throws if a file that is written is another one of the command, too, or can't be written, or if one to read is not there.</summary>
    /// <exception cref="UsageException">A file has two uses, an ending that stands for no format, no name, no folder, or a folder in its place.</exception>
    /// <exception cref="IOException">A file to read is not there, or one can't be written in its place.</exception>
    public static void Check(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var files = command.Arguments.Concat<Symbol>(command.Options).OfType<INamedFile>()
            .Where(file => file.In(parsed) is not null).Select(file => (File: file, Path: file.In(parsed)!)).ToList();
        foreach (var (i, (file, path)) in files.Index())
        {
            CheckAlone(file, path);
            foreach (var (other, otherPath) in files.Take(i))
                CheckPair(file, path, other, otherPath);
        }

        foreach (var (file, path) in files.Where(file => file.Path != FileUse.Standard))
            CheckPlace(file, path);
    }

    /// <summary>True if a path ends in one of these ways, whatever the case of its letters.</summary>
    public static bool HasEnding(this string path, params IEnumerable<string> endings)
        => endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static void CheckAlone(INamedFile file, string path)
    {
        if (path.Length == 0 || (path == FileUse.Standard && !file.Use.CanBeStandard))
            throw new UsageException($"{file.Shown}: expected the name of a file, found '{path}'.");
        if (path == FileUse.Standard)
            return;
        if (file.Use.IsWritten && file.Use.Endings.Count > 0 && !path.HasEnding(file.Use.Endings))
            throw new UsageException($"{file.Shown} {path}: expected a file ending with {string.Join(", ", file.Use.Endings)}{(file.Use.CanBeStandard ? ", or '-' for standard output" : "")}, found another.");
        if ((file.Use.IsWritten ? All(file, path) : []).Prepend(path).FirstOrDefault(Directory.Exists) is { } taken)
            throw new UsageException($"{file.Shown} {taken}: expected the name of a file, found a folder.");
        if (file.Use.IsWritten && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new UsageException($"{file.Shown} {path}: expected a folder that is there, found none by the name {folder}.");
    }

    // Before hours of training.
    private static void CheckPlace(INamedFile file, string path)
    {
        try
        {
            if (file.Use.IsWritten)
                AtomicFile.Check(path);
            else if (!File.Exists(path))
                FileStreams.OpenRead(path).Dispose();
        }
        catch (IOException e)
        {
            throw new IOException($"{file.Shown} {e.Message}", e);
        }
    }

    private static void CheckPair(INamedFile file, string path, INamedFile other, string otherPath)
    {
        var (one, second) = (All(file, path), All(other, otherPath));
        if (path == FileUse.Standard && otherPath == FileUse.Standard && file.Use.IsWritten == other.Use.IsWritten)
            throw new UsageException($"{other.Shown} and {file.Shown}: expected at most one of them to be '-', found both.");
        if ((file.Use.IsWritten || other.Use.IsWritten) && one.Intersect(second, Comparer).FirstOrDefault() is { } both)
            throw new UsageException($"{other.Shown} and {file.Shown}: expected different files, found {both} for both.");
    }

    // What lies beside a file has its name; what is written for a while has that of the file to which a link leads.
    private static IEnumerable<string> All(INamedFile file, string path)
        => path == FileUse.Standard ? [] : file.Use.Beside.Prepend("").SelectMany(ending => new[] { Links.Follow($"{path}{ending}"), $"{Links.Follow(path)}{ending}" }).Distinct(Comparer);
}
