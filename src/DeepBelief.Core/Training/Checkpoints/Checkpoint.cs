using DeepBelief.Files;

namespace DeepBelief.Training;

/// <summary>
/// The checkpoint file of one call of <c>Fit</c>: what was called with what, the model, and the state of each stage that
/// has begun. A call has one stage, but for that of a <see cref="Dbn"/>, which has one for each layer.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private const string Format = "DeepBelief";
    private const string Kind = "checkpoint";
    private const long Version = 1;

    private readonly CheckpointOptions options;
    private readonly RunDescription run;
    private readonly IReadOnlyDictionary<string, Tensor> model;
    private readonly List<object?> stages = []; // as read from the file, with tensors to dispose, or as given to Write

    // The model as it was before that of the file was put in its place; until the run goes on.
    private Dictionary<string, Tensor> before = [];

    private Checkpoint(CheckpointOptions options, RunDescription run, IReadOnlyDictionary<string, Tensor> model)
    {
        this.options = options;
        this.run = run;
        this.model = model;
    }

    public int Interval => options.Interval;

    /// <summary>The checkpoint of a run, if it has one. Where the file exists and is to be used, the model is then the file's.</summary>
    /// <param name="options">Which file; null for none.</param>
    /// <param name="describe">Describes the run, given the model's tensors.</param>
    /// <param name="model">The model's tensors.</param>
    /// <exception cref="CheckpointMismatchException">The file is that of another run.</exception>
    /// <exception cref="DataFormatException">It is damaged or no checkpoint.</exception>
    public static Checkpoint? Open(
        CheckpointOptions? options,
        IReadOnlyDictionary<string, Tensor> model,
        Func<IReadOnlyDictionary<string, Tensor>, RunDescription> describe)
    {
        if (options is null)
            return null;
        // Better said now than after the first epoch.
        if (Path.GetDirectoryName(Path.GetFullPath(options.Path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Expected a folder {folder} for the checkpoint, found none.");
        var checkpoint = new Checkpoint(options, describe(model), model);
        if (options.Resume && File.Exists(options.Path))
            checkpoint.Load();
        return checkpoint;
    }

    public CheckpointStage Stage(int index) => new(this, index);

    /// <summary>Hands what the file says of a stage to a reader; nothing if the stage had not begun.</summary>
    /// <exception cref="DataFormatException">The reader could not use it; the model is as it was before <see cref="Open"/>.</exception>
    public T? Read<T>(int stage, Func<ConfigSection, T> read)
    {
        if (stage >= stages.Count)
            return default;
        try
        {
            return InFile(() => read(ConfigSection.Of(stages[stage], $"stages[{stage}]")));
        }
        catch (DataFormatException)
        {
            NamedTensors.Copy(before, model);
            throw;
        }
    }

    /// <summary>Writes the file anew, with the model as it is and a stage, which is the last that has begun.</summary>
    public void Write(int stage, OrderedDictionary<string, object?> content)
    {
        Release(stage);
        stages.Add(content);
        using var scope = torch.NewDisposeScope();
        var file = new OrderedDictionary<string, object?>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["model"] = Kind,
            ["run"] = run.Texts,
            ["state_dict"] = NamedTensors.Save(model),
            ["stages"] = stages.Select(WithVectors).ToList(),
        };
        // A name that does not change: what is left of a write that was killed, the next one replaces.
        AtomicFile.Write(options.Path, $"{options.Path}.tmp", stream => PtFile.Save(stream, file));
    }

    public void Dispose() => Release(0);

    private void Load()
    {
        using var scope = torch.NewDisposeScope();
        var content = PtFile.Load(options.Path);
        var state = InFile(() =>
        {
            var root = ConfigSection.Of(content, "file");
            root.Expect("format", Format);
            root.Expect("model", Kind);
            if (root.GetInt64("version") is var version and not Version)
                throw new DataFormatException($"file/version: expected {Version}, found {version}.");
            if (run.Differences(root.GetSection("run").AsStrings()) is { Count: > 0 } differences)
                throw new CheckpointMismatchException(options.Path, differences);
            var tensors = root.GetSection("state_dict").AsTensors();
            NamedTensors.Check(model, tensors, "file/state_dict");
            CheckFinite(tensors);
            stages.AddRange(root.GetList("stages"));
            return tensors;
        });

        using var noGrad = torch.no_grad();
        before = model.ToDictionary(t => t.Key, t => t.Value.detach().clone().DetachFromDisposeScope());
        NamedTensors.Copy(state, model);
        foreach (var tensor in stages.SelectMany(TensorsRead))
            _ = tensor.DetachFromDisposeScope();
    }

    // No run saves such parameters, and none could go on from them.
    private void CheckFinite(IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach (var (name, tensor) in tensors)
        {
            if (model[name].requires_grad && !tensor.isfinite().all().item<bool>())
                throw new DataFormatException($"file/state_dict/{name}: expected finite values, found NaN or infinity.");
        }
    }

    private T InFile<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DataFormatException e)
        {
            throw new DataFormatException($"{options.Path}: {e.Message}", e);
        }
    }

    private void Release(int firstStage)
    {
        foreach (var tensor in stages.Skip(firstStage).SelectMany(TensorsRead).Concat(before.Values))
            tensor.Dispose();
        stages.RemoveRange(firstStage, stages.Count - firstStage);
        before = [];
    }

    private static IEnumerable<Tensor> TensorsRead(object? value) => value switch
    {
        Tensor tensor => [tensor],
        List<object?> items => items.SelectMany(TensorsRead),
        OrderedDictionary<object, object?> entries => entries.Values.SelectMany(TensorsRead),
        _ => [],
    };

    // Vectors, for not every PyTorch reads plain numbers with weights_only; made for each file, so that none has to be kept.
    private static object? WithVectors(object? value) => value switch
    {
        double[] numbers => torch.tensor(numbers, ScalarType.Float64, torch.CPU),
        OrderedDictionary<string, object?> entries => new OrderedDictionary<string, object?>(entries.Select(e => KeyValuePair.Create(e.Key, WithVectors(e.Value)))),
        _ => value,
    };
}
