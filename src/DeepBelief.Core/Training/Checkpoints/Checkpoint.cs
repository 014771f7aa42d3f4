using DeepBelief.Files;

namespace DeepBelief.Training;

/// <summary>
/// The checkpoint file of one call of <c>Fit</c>: a description of the run, the model, and the state of each stage that has
/// begun. A <see cref="Dbn"/> has one stage per layer; other models have one in all.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private const string Format = "DeepBelief";
    private const string Kind = "checkpoint";
    private const long Version = 1;

    private readonly CheckpointOptions options;
    private readonly RunDescription run;
    private readonly IReadOnlyDictionary<string, Tensor> model;
    private readonly List<object?> stages = []; // read from the file, with tensors to dispose, or passed to Write

    // The model's tensors before Load overwrote them, to undo a failed resume; empty after the first Write.
    private Dictionary<string, Tensor> before = [];

    private Checkpoint(CheckpointOptions options, RunDescription run, IReadOnlyDictionary<string, Tensor> model)
    {
        this.options = options;
        this.run = run;
        this.model = model;
    }

    public int Interval => options.Interval;

    /// <summary>Opens the checkpoint of a run; to resume, copies the file's model into the model's tensors.</summary>
    /// <returns>The checkpoint; null without options.</returns>
    /// <exception cref="CheckpointMismatchException">The file belongs to another run.</exception>
    /// <exception cref="DataFormatException">The file is damaged or not a checkpoint.</exception>
    public static Checkpoint? Open(
        CheckpointOptions? options,
        IReadOnlyDictionary<string, Tensor> model,
        Func<IReadOnlyDictionary<string, Tensor>, RunDescription> describe)
    {
        if (options is null)
            return null;
        // Fails now rather than after the first epoch.
        if (Path.GetDirectoryName(Path.GetFullPath(options.Path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Expected a folder {folder} for the checkpoint, found none.");
        var checkpoint = new Checkpoint(options, describe(model), model);
        if (options.Resume && File.Exists(options.Path))
            checkpoint.Load();
        return checkpoint;
    }

    public CheckpointStage Stage(int index) => new(this, index);

    /// <summary>Returns the reader's result for the content of a stage; the default if the stage had not begun.</summary>
    /// <exception cref="DataFormatException">The reader rejected the content; the model is restored to before <see cref="Open"/>.</exception>
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

    /// <summary>Writes the file with the current model and the content of a stage, the last that has begun.</summary>
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
        // A fixed name, so that the next write replaces what a killed one left.
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

    // No run saves NaN or infinite parameters, and none could resume from them.
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

    // As tensors, since not every PyTorch reads plain numbers with weights_only; created per file, so none has to be kept.
    private static object? WithVectors(object? value) => value switch
    {
        double[] numbers => torch.tensor(numbers, ScalarType.Float64, torch.CPU),
        OrderedDictionary<string, object?> entries => new OrderedDictionary<string, object?>(entries.Select(e => KeyValuePair.Create(e.Key, WithVectors(e.Value)))),
        _ => value,
    };
}
