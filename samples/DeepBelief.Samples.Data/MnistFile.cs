using System.Globalization;
using System.Security.Cryptography;

namespace DeepBelief.Samples.Data;

/// <summary>One of MNIST's four IDX files: its usual name, and length and SHA-256 of its uncompressed content.</summary>
public sealed record MnistFile(string Name, long Length, string Sha256)
{
    /// <summary>Training images and labels, test images and labels.</summary>
    public static IReadOnlyList<MnistFile> All { get; } =
    [
        new("train-images-idx3-ubyte", 47040016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        new("train-labels-idx1-ubyte", 60008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        new("t10k-images-idx3-ubyte", 7840016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        new("t10k-labels-idx1-ubyte", 10008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ];

    /// <summary>The names under which the file is found in the wild.</summary>
    public IReadOnlyList<string> Spellings
    {
        get
        {
            var dotted = Name.Replace("-idx", ".idx", StringComparison.Ordinal);
            return [Name, dotted, $"{Name}.gz", $"{dotted}.gz"];
        }
    }

    /// <summary>Copies <paramref name="source"/>, uncompressed content, and checks it on the way.</summary>
    /// <param name="source">Where the content comes from.</param>
    /// <param name="target">Where it goes; <see cref="Stream.Null"/> only checks.</param>
    /// <param name="received">Told the number of bytes so far, beginning with 0.</param>
    /// <param name="patience">How long one read may take.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <exception cref="InvalidDataException">It is not this file; the target then holds rubbish.</exception>
    /// <exception cref="TimeoutException">The source fell silent.</exception>
    public async Task CopyCheckedAsync(
        Stream source, Stream target, Action<long>? received, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var buffer = new byte[1 << 17];
        long length = 0;
        received?.Invoke(length);
        while (true)
        {
            timer.CancelAfter(patience);
            int count;
            try
            {
                count = await source.ReadAsync(buffer, timer.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"nothing came for {Seconds(patience)}");
            }

            timer.CancelAfter(Timeout.InfiniteTimeSpan);
            if (count == 0)
                break;
            length += count;
            if (length > Length)
                throw new InvalidDataException($"{Name} is longer than the {Bytes(Length)} expected");
            hash.AppendData(buffer, 0, count);
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            received?.Invoke(length);
        }

        if (length != Length)
            throw new InvalidDataException($"{Name} ends after {Bytes(length)}, expected {Bytes(Length)}");
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != Sha256)
            throw new InvalidDataException($"{Name} has SHA-256 {found}, expected {Sha256}");
    }

    internal static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.## s", CultureInfo.InvariantCulture);

    private static string Bytes(long count) => count.ToString("#,0 bytes", CultureInfo.InvariantCulture);
}

/// <summary>Where the four files are; each may be raw or compressed by gzip, as its name tells.</summary>
public sealed record MnistFiles(string TrainImages, string TrainLabels, string TestImages, string TestLabels);
