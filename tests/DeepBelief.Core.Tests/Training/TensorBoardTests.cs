using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using DeepBelief.Data;
using DeepBelief.Training;
using Tensorboard;

namespace DeepBelief.Tests.Training;

/// <summary>What TensorBoard's files hold, read back record by record.</summary>
public sealed class TensorBoardTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deepbelief-board-").FullName;
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Scalars_are_the_metrics_of_the_history()
    {
        using var rows = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(10, 5);
        var seen = new List<int>();
        TrainingHistory<EpochMetrics> history;
        using (var board = new TensorBoardWriter(folder))
        {
            var progress = new TensorBoardProgress(board)
            {
                EpochEnded = p =>
                {
                    seen.Add(p.Epoch);
                    // TensorBoard sees the epochs before while the run goes on.
                    Scalars(board.Path).Count(scalar => scalar.Tag == "reconstruction_error").Should().Be(p.Epoch - 1);
                },
            };
            history = rbm.Fit(rows, new() { Epochs = 4, Seed = 1 }, validation: rows, progress: progress);
        }

        seen.Should().Equal(1, 2, 3, 4);
        Scalars(Directory.GetFiles(folder).Single()).Should().Equal(history.Epochs.SelectMany(epoch => new (string, long, float)[]
        {
            ("learning_rate", epoch.Epoch, (float)epoch.LearningRate),
            ("reconstruction_error", epoch.Epoch, (float)epoch.ReconstructionError),
            ("pseudo_log_likelihood", epoch.Epoch, (float)epoch.PseudoLogLikelihood!.Value),
            ("free_energy_gap", epoch.Epoch, (float)epoch.FreeEnergyGap!.Value),
        }.Concat(epoch.Diagnostics.Select(diagnostic => ($"diagnostics/{diagnostic.Key}", (long)epoch.Epoch, (float)diagnostic.Value)))));
    }

    [Fact]
    public void Layers_and_networks_have_theirs_by_name()
    {
        using var rows = TrialDataset.Create(seed: 1);
        var labels = rows.sum(dim: 1).gt(5).to(ScalarType.Int64);
        using var dbn = Dbn.Bernoulli(10, 5, 3);
        using var net = dbn.ToClassifier(2);
        IReadOnlyList<TrainingHistory<EpochMetrics>> layers;
        TrainingHistory<ClassifierMetrics> history;
        string first, second;
        using (var board = new TensorBoardWriter(folder))
        {
            layers = dbn.Fit(rows, new() { Epochs = 2 }, progress: new TensorBoardProgress(board));
            first = board.Path;
        }

        using (var board = new TensorBoardWriter(folder))
        {
            history = net.FitClassifier(rows, labels, new() { Epochs = 2 }, validation: (rows, labels), progress: new TensorBoardProgress(board));
            second = board.Path;
        }

        Scalars(first).Where(scalar => scalar.Tag.EndsWith("/reconstruction_error", StringComparison.Ordinal)).Should().Equal(
            layers.SelectMany((layer, i) => layer.Epochs.Select(epoch => ($"layer {i + 1}/reconstruction_error", (long)epoch.Epoch, (float)epoch.ReconstructionError))));
        Scalars(second).Where(scalar => scalar.Tag == "validation_accuracy").Should().Equal(
            history.Epochs.Select(epoch => ("validation_accuracy", (long)epoch.Epoch, (float)epoch.Validation!.Accuracy)));
    }

    [Fact]
    public void Histograms_count_every_number_in_its_interval()
    {
        var values = torch.tensor(new[] { -2.0, -1, -1, 0, 0.25, 0.5, 1, 3, 3, 4 });
        using var rbm = Rbm.Bernoulli(10, 5, seed: 3);
        string path;
        using (var board = new TensorBoardWriter(folder))
        {
            path = board.Path;
            board.AddHistogram("some", values, step: 7);
            board.AddHistogram("same", torch.zeros(3, 2), step: 8);
            board.AddParameters(rbm, step: 9);
        }

        var written = Events(path).Where(e => e.Summary is not null).ToDictionary(e => e.Summary.Value.Single().Tag, e => (e.Step, e.Summary.Value.Single().Histo));
        written.Keys.Should().Equal("some", "same", "parameters/weight", "parameters/visible.bias", "parameters/hidden.bias");
        ShouldHold(written["some"].Histo, values);
        ShouldHold(written["same"].Histo, torch.zeros(6));
        ShouldHold(written["parameters/weight"].Histo, rbm.Weight);
        written.Values.Select(value => value.Step).Should().Equal(7, 8, 9, 9, 9);

        // By hand: 30 intervals from -2 to 4, each of 0.2 with its upper end.
        var some = written["some"].Histo;
        some.BucketLimit.Should().HaveCount(30);
        some.Bucket[4].Should().Be(2, "-1 is the upper end of the fifth");
        some.Bucket[9].Should().Be(1, "0 is the upper end of the tenth");
        (some.Num, some.Sum, some.SumSquares, some.Min, some.Max).Should().Be((10, 7.75, 41.3125, -2, 4));
    }

    [Fact]
    public void Pictures_show_rows_as_a_grid()
    {
        var rows = torch.tensor(new[,] { { 0f, 1, 2, 3, 4, 5 }, { 5, 4, 3, 2, 1, 0 }, { 0, 0, 0, 5, 5, 5 } });
        string path;
        using (var board = new TensorBoardWriter(folder))
        {
            path = board.Path;
            board.AddImages("filters", rows, height: 2, width: 3, step: 4);
            board.AddImages("cut", rows, height: 2, width: 3, step: 4, range: (1, 3));
            board.AddImages("one", torch.ones(1, 6), height: 3, width: 2, step: 4);
        }

        var pictures = Events(path).Where(e => e.Summary is not null).ToDictionary(e => e.Summary.Value.Single().Tag, e => e.Summary.Value.Single().Image);
        byte[][] expected =
        [
            [0, 51, 102, 128, 255, 204, 153],
            [153, 204, 255, 128, 102, 51, 0],
            [128, 128, 128, 128, 128, 128, 128],
            [0, 0, 0, 128, 128, 128, 128],
            [255, 255, 255, 128, 128, 128, 128],
        ];
        Shown(pictures["filters"]).SelectMany(row => row).Should().Equal(expected.SelectMany(row => row));
        Shown(pictures["filters"]).Should().HaveCount(5);
        Shown(pictures["cut"])[0].Should().Equal(0, 0, 128, 128, 255, 255, 255);
        Shown(pictures["one"]).Should().HaveCount(3).And.OnlyContain(row => row.SequenceEqual(new byte[] { 128, 128 }));
    }

    [Fact]
    public void What_can_not_be_shown_is_refused()
    {
        using var board = new TensorBoardWriter(folder);
        board.Invoking(b => b.AddHistogram("x", torch.empty(0), 1)).Should().Throw<ArgumentException>().WithMessage("Expected at least one number, found [0].*");
        board.Invoking(b => b.AddHistogram("x", torch.tensor(float.NaN), 1)).Should().Throw<ArgumentException>().WithMessage("Expected finite numbers*");
        board.Invoking(b => b.AddImages("x", torch.zeros(2, 5), 2, 3, 1)).Should().Throw<ArgumentException>().WithMessage("Expected a tensor of shape [images, 6], found [2, 5].*");
        board.Invoking(b => b.AddImages("x", torch.zeros(2, 6), 2, 3, 1, (1, 1))).Should().Throw<ArgumentException>().WithMessage("Expected a range from black up to white, found 1 to 1.*");
        board.Invoking(b => b.AddScalar(string.Empty, 1, 1)).Should().Throw<ArgumentException>();
        Events(board.Path).Should().BeEmpty("nothing is flushed yet");
    }

    private static void ShouldHold(HistogramProto histogram, Tensor values)
    {
        var numbers = values.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
        histogram.Num.Should().Be(numbers.Length);
        (histogram.Min, histogram.Max).Should().Be((numbers.Min(), numbers.Max()));
        histogram.Sum.Should().BeApproximately(numbers.Sum(), 1e-9);
        histogram.SumSquares.Should().BeApproximately(numbers.Sum(x => x * x), 1e-9);
        histogram.BucketLimit.Should().BeInAscendingOrder();
        var below = double.NegativeInfinity;
        foreach (var (limit, count) in histogram.BucketLimit.Zip(histogram.Bucket))
        {
            numbers.Count(number => number > below && number <= limit).Should().Be((int)count);
            below = limit;
        }
    }

    private static List<(string Tag, long Step, float Value)> Scalars(string path)
        => [.. Events(path).Where(e => e.Summary is not null).SelectMany(e => e.Summary.Value.Select(value => (value.Tag, e.Step, value.SimpleValue)))];

    // Records of TensorFlow, checksums and all; as many as are whole.
    private static List<Event> Events(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var bytes = copy.ToArray();
        var events = new List<Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)).Should().Be(MaskedCrc(bytes.AsSpan(at, 8)));
            var content = bytes.AsSpan(at + 12, length);
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)).Should().Be(MaskedCrc(content));
            events.Add(Event.Parser.ParseFrom(content.ToArray()));
            at += 16 + length;
        }

        if (events.Count > 0)
            events[0].FileVersion.Should().Be("brain.Event:2");
        foreach (var read in events)
            read.WallTime.Should().BeApproximately(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 600);
        return events;
    }

    // CRC-32C (Castagnoli), bit by bit, and TensorFlow's mask.
    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    // The rows of pixels of a grey PNG, whose checksums must be right.
    private static byte[][] Shown(Summary.Types.Image image)
    {
        var png = image.EncodedImageString.ToByteArray();
        png[..8].Should().Equal(137, 80, 78, 71, 13, 10, 26, 10);
        var parts = new List<(string Kind, byte[] Content)>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)).Should().Be(Crc32.HashToUInt32(png.AsSpan(at + 4, 4 + length)));
            parts.Add((Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }

        parts.Select(part => part.Kind).Should().Equal("IHDR", "IDAT", "IEND");
        var header = parts[0].Content;
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        header[8..].Should().Equal(8, 0, 0, 0, 0);
        (image.Width, image.Height, image.Colorspace).Should().Be((width, height, 1));
        using var zlib = new ZLibStream(new MemoryStream(parts[1].Content), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        var lines = raw.ToArray().Chunk(width + 1).ToArray();
        lines.Should().HaveCount(height).And.OnlyContain(line => line[0] == 0);
        return [.. lines.Select(line => line[1..])];
    }
}
