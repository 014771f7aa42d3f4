using System.Globalization;
using DeepBelief.Benchmarks.Peers;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Training;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>The speed of CD-k in one shape.</summary>
internal sealed record SpeedCase(long Visible, long Hidden, int Batch, int Steps, int Batches)
{
    private const int Epochs = 5;

    private static readonly TimeSpan CeilingTime = TimeSpan.FromMilliseconds(200);

    public string Name => string.Create(CultureInfo.InvariantCulture, $"cd{Steps}-{Visible}-{Hidden}-b{Batch}");

    private int Rows => Batch * Batches;

    /// <summary>The shapes that a GPU is timed in.</summary>
    public static IReadOnlyList<SpeedCase> OfGpu { get; } = [new(784, 500, 100, 1, 600), new(784, 2500, 128, 10, 300), new(4096, 4096, 4096, 1, 16)];

    /// <summary>Shapes by which the CPU shows that all of it works.</summary>
    public static IReadOnlyList<SpeedCase> OfCpu { get; } = [new(64, 50, 10, 1, 20), new(64, 80, 16, 10, 10), new(128, 128, 128, 1, 4)];

    /// <summary>Ours, the products' and PyTorch's in one precision.</summary>
    public SpeedResult Measure(Device device, ProductType type, Python python)
    {
        var (peer, note) = Peer(device, type, python);
        if (type == ProductType.BFloat16)
            return new(Name, type, null, Ceiling(device, type), null, peer) { Note = Join("the library has no bfloat16 on this device", note) };
        var before = torch.backends.cuda.matmul.allow_tf32;
        torch.backends.cuda.matmul.allow_tf32 = type == ProductType.TF32;
        try
        {
            using var scope = torch.NewDisposeScope();
            var data = torch.empty([Rows, Visible], device: device).bernoulli_(0.2);
            using var rbm = Rbm.Bernoulli(Visible, Hidden, device: device);
            var rates = new List<double>();
            var clock = new EpochClock((epoch, elapsed) =>
            {
                // The first is for warming up.
                if (epoch > 1)
                    rates.Add(Rows / elapsed.TotalSeconds);
            });
            _ = rbm.Fit(data, Options(), progress: clock);
            var (samples, ceiling) = (Median.Of(rates), Ceiling(device, type));
            return new(Name, type, samples, ceiling, samples / ceiling, peer) { Note = note };
        }
        finally
        {
            torch.backends.cuda.matmul.allow_tf32 = before;
        }
    }

    private static string? Join(string first, string? second) => second is null ? first : $"{first}; {second}";

    private TrainingOptions Options() => new()
    {
        Epochs = Epochs + 1,
        BatchSize = Batch,
        NegativePhase = new ContrastiveDivergence(Steps),
        Optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 2e-4 },
        LearningRate = 0.01,
        Centering = null,
        Averaging = 0,
        EvaluationRows = 20,
    };

    private double Ceiling(Device device, ProductType type)
    {
        using var scope = torch.NewDisposeScope();
        var before = torch.backends.cuda.matmul.allow_tf32;
        torch.backends.cuda.matmul.allow_tf32 = type == ProductType.TF32;
        try
        {
            var products = new CeilingProducts(Batch, Visible, Hidden, Steps, device: device, dtype: type == ProductType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
            _ = products.Measure(CeilingTime);
            return Median.Of([products.Measure(CeilingTime), products.Measure(CeilingTime), products.Measure(CeilingTime)]);
        }
        finally
        {
            torch.backends.cuda.matmul.allow_tf32 = before;
        }
    }

    private (double? SamplesPerS, string? Note) Peer(Device device, ProductType type, Python python)
    {
        try
        {
            string[] shape = [.. ((long[])[Visible, Hidden, Batch, Steps, Rows]).Select(number => number.ToString(CultureInfo.InvariantCulture))];
            var where = device.type == DeviceType.CUDA ? "cuda" : "cpu";
            using var worker = new PeerProgram("eager PyTorch", ["torch"], [Python.Script("eager_cd.py"), .. shape, where, type.ToString()]).Start(python, ThreadSetting.Default);
            return (Median.Of([worker.Repeat().SamplesPerS, worker.Repeat().SamplesPerS, worker.Repeat().SamplesPerS]), null);
        }
        catch (WorkerException e)
        {
            return (null, $"eager PyTorch is missing: {e.Message}");
        }
    }
}

/// <summary>What matrix products are made of.</summary>
internal enum ProductType
{
    Float32,
    TF32,
    BFloat16,
}

/// <summary>What a shape came to.</summary>
/// <param name="Case">The shape.</param>
/// <param name="Products">The type of the products.</param>
/// <param name="SamplesPerS">Rows a second of <c>Fit</c>; null where the library has no such products.</param>
/// <param name="CeilingSamplesPerS">Rows a second of the products alone.</param>
/// <param name="Ratio">Of the two.</param>
/// <param name="PyTorchSamplesPerS">Rows a second of eager PyTorch on the device; null where there is none.</param>
internal sealed record SpeedResult(string Case, ProductType Products, double? SamplesPerS, double CeilingSamplesPerS, double? Ratio, double? PyTorchSamplesPerS)
{
    /// <summary>What is missing, and why.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}
