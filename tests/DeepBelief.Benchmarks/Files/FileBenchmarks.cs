using DeepBelief.Files;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Files;

/// <summary>Saving and loading of a state of tensors of 4 MiB. Python's torch does it in a process that waits to be asked.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class FileBenchmarks : IDisposable
{
    private const string Save = "save";
    private const string Load = "load";

    private readonly Dictionary<string, Tensor> state = [];
    private string folder = "";
    private Worker? torchInPython;

    [Params(25)]
    public int Tensors { get; set; }

    /// <summary>Where the files go.</summary>
    internal static string Parent { get; set; } = Path.GetTempPath();

    /// <summary>What runs Python's torch.</summary>
    internal static Python Python { get; set; } = new(null);

    private string PtPath => Path.Combine(folder, "state.pt");

    private string SafetensorsPath => Path.Combine(folder, "state.safetensors");

    [GlobalSetup]
    public void Setup()
    {
        MakeFolder();
        for (var i = 0; i < Tensors; i++)
            state.Add($"{i}.weight", torch.rand(1024, 1024));
        PtSave();
        SafetensorsSave();
    }

    [GlobalSetup(Target = nameof(TorchSave))]
    public void SetupTorchSave() => StartPython("save");

    [GlobalSetup(Target = nameof(TorchLoad))]
    public void SetupTorchLoad() => StartPython("load");

    [GlobalSetup(Target = nameof(TorchLoadWeights))]
    public void SetupTorchLoadWeights() => StartPython("load-weights");

    [GlobalCleanup]
    public void Dispose()
    {
        torchInPython?.Dispose();
        foreach (var tensor in state.Values)
            tensor.Dispose();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [BenchmarkCategory(Save), Benchmark(Description = "PtFile.Save")]
    public void PtSave() => PtFile.Save(PtPath, state);

    [BenchmarkCategory(Save), Benchmark(Description = "PtFile.Save (stream)")]
    public void PtSaveStream()
    {
        using var stream = File.Create(PtPath);
        PtFile.Save(stream, state);
    }

    [BenchmarkCategory(Save), Benchmark(Description = "SafetensorsFile.Save")]
    public void SafetensorsSave() => SafetensorsFile.Save(SafetensorsPath, state);

    [BenchmarkCategory(Save), Benchmark(Description = "SafetensorsFile.Save (stream)")]
    public void SafetensorsSaveStream()
    {
        using var stream = File.Create(SafetensorsPath);
        SafetensorsFile.Save(stream, state);
    }

    [BenchmarkCategory(Save), Benchmark(Baseline = true, Description = "Python: torch.save")]
    public void TorchSave() => torchInPython!.Repeat();

    [BenchmarkCategory(Load), Benchmark(Description = "PtFile.Load")]
    public void PtLoad()
    {
        using var scope = torch.NewDisposeScope();
        _ = PtFile.Load(PtPath);
    }

    [BenchmarkCategory(Load), Benchmark(Description = "SafetensorsFile.Load")]
    public void SafetensorsLoad()
    {
        using var scope = torch.NewDisposeScope();
        _ = SafetensorsFile.Load(SafetensorsPath);
    }

    [BenchmarkCategory(Load), Benchmark(Description = "Python: torch.load")]
    public void TorchLoad() => torchInPython!.Repeat();

    [BenchmarkCategory(Load), Benchmark(Baseline = true, Description = "Python: torch.load (weights_only)")]
    public void TorchLoadWeights() => torchInPython!.Repeat();

    private void StartPython(string operation)
    {
        MakeFolder();
        string[] arguments = [Python.Script("files.py"), operation, PtPath, FormattableString.Invariant($"{Tensors}")];
        torchInPython = Worker.Start(ThreadSetting.Default, Python.Find("torch"), arguments);
    }

    private void MakeFolder() => folder = Directory.CreateDirectory(Path.Combine(Parent, $"deepbelief-files-{Guid.NewGuid():N}")).FullName;
}
