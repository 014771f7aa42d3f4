using System.Diagnostics;
using DeepBelief.Data;
using DeepBelief.Files;

namespace DeepBelief.Tests.Support;

/// <summary>
/// Reads broken files by every reader: each is loaded or ends in a <see cref="DataFormatException"/>, in little time and
/// memory, and leaves no tensor behind.
/// </summary>
internal sealed class FileFuzzer : IDisposable
{
    private const long FewBytes = 2 << 20;
    private const long MostBytesPerByte = 200;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly int seed;
    private readonly IReadOnlyList<byte[]> seeds = FuzzSeeds.Make();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("deepbelief-fuzz-");
    private readonly Classifier target = Classifier.Random([3, 4], 2);
    private readonly (string Name, Action<byte[], string> Read)[] readers;

    /// <summary>Makes a fuzzer.</summary>
    /// <param name="seed">With the number of a file it decides all about it.</param>
    public FileFuzzer(int seed)
    {
        this.seed = seed;
        readers =
        [
            ("PtFile", (bytes, _) => ReadPt(bytes)),
            ("SafetensorsFile", (bytes, _) => ReadSafetensors(bytes)),
            ("NpzFile", (bytes, _) => ReadNpz(bytes)),
            ("NpyFile", (bytes, _) => ReadNpy(bytes)),
            ("IdxFile", (bytes, _) => ReadIdx(bytes)),
            ("CsvTable", (bytes, _) => ReadCsv(bytes)),
            ("Rbm", (_, path) => Rbm.Load(path).Dispose()),
            ("Dbn", (_, path) => Dbn.Load(path).Dispose()),
            ("Dbm", (_, path) => Dbm.Load(path).Dispose()),
            ("Classifier", (_, path) => Classifier.Load(path).Dispose()),
            ("Autoencoder", (_, path) => Autoencoder.Load(path).Dispose()),
            ("Regressor", (_, path) => Regressor.Load(path).Dispose()),
            ("ClassificationRbm", (_, path) => ClassificationRbm.Load(path).Dispose()),
            ("ClassificationDbn", (_, path) => ClassificationDbn.Load(path).Dispose()),
            ("UntiedDbn", (_, path) => UntiedDbn.Load(path).Dispose()),
            ("LoadStateDict", (_, path) => target.LoadStateDict(path)),
        ];
    }

    /// <summary>Reads as many broken files as asked for.</summary>
    /// <param name="count">Number of files.</param>
    /// <param name="progress">Told after every thousand.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public FuzzReport Run(int count, Action<FuzzReport>? progress = null, CancellationToken cancellationToken = default)
    {
        var report = new FuzzReport();
        var path = Path.Combine(folder.FullName, "broken");
        for (var number = 0; number < count && !cancellationToken.IsCancellationRequested; number++)
        {
            var bytes = new Mutator(new Random(HashOf(number)), seeds).Next();
            File.WriteAllBytes(path, bytes);
            foreach (var (name, read) in readers)
            {
                if (Read(name, read, bytes, path, report) is { } failure)
                    report.Failures.Add($"file {number} of seed {seed}, {bytes.Length} bytes, {name}: {failure}");
            }

            if (++report.Files % 1000 == 0)
                progress?.Invoke(report);
        }

        return report;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        target.Dispose();
        folder.Delete(recursive: true);
    }

    private static string? Read(string name, Action<byte[], string> read, byte[] bytes, string path, FuzzReport report)
    {
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        try
        {
            read(bytes, path);
            Count(report.Loaded, name);
        }
        catch (DataFormatException e) when (e.Message.Contains("xpected", StringComparison.Ordinal) && e.Message.Contains("found", StringComparison.Ordinal))
        {
            Count(report.Refused, name);
        }
#pragma warning disable CA1031 // Every other exception is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"{e}";
        }

        var took = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount - alive;
        report.Slowest = took > report.Slowest ? took : report.Slowest;
        report.MostAllocated = Math.Max(allocated, report.MostAllocated);
        return alive != 0 ? $"{alive} tensors left behind"
            : allocated > FewBytes + (MostBytesPerByte * bytes.Length) ? $"{allocated} bytes allocated"
            : took > Longest ? $"took {took}"
            : null;
    }

    private static void ReadPt(byte[] bytes)
    {
        var value = PtFile.Load(new MemoryStream(bytes));
        // What was read can be written, however strange; and all tensors that were made are in it.
        PtFile.Save(Stream.Null, value);
        DisposeTensors(value);
    }

    private static void DisposeTensors(object? value)
    {
        switch (value)
        {
            case Tensor tensor:
                tensor.Dispose();
                break;
            case OrderedDictionary<object, object?> entries:
                DisposeTensors(entries.Values.ToList());
                break;
            case IEnumerable<object?> items:
                foreach (var item in items)
                    DisposeTensors(item);
                break;
            default:
                break;
        }
    }

    private static void ReadSafetensors(byte[] bytes)
    {
        using var content = SafetensorsFile.Load(new MemoryStream(bytes));
        SafetensorsFile.Save(Stream.Null, content.Tensors, content.Metadata);
    }

    private static void ReadNpz(byte[] bytes)
    {
        using var content = NpzFile.Load(new MemoryStream(bytes));
        NpzFile.Save(Stream.Null, content.Tensors);
    }

    private static void ReadNpy(byte[] bytes)
    {
        using var tensor = NpyFile.Load(new MemoryStream(bytes));
        NpyFile.Save(Stream.Null, tensor);
    }

    private static void ReadIdx(byte[] bytes)
    {
        using var tensor = IdxFile.Load(new MemoryStream(bytes));
        IdxFile.Save(Stream.Null, tensor);
    }

    private static void ReadCsv(byte[] bytes) => CsvTable.Load(new MemoryStream(bytes)).Save(Stream.Null);

    private static void Count(SortedDictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    // Not HashCode, whose results differ from run to run.
    private int HashOf(int number) => unchecked((seed * 1_000_003) + number);
}
