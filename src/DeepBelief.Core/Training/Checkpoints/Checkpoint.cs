using DeepBelief.Files;
using DeepBelief.Persistence;
using DeepBelief.Tensors;

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
    private readonly object model;
    private readonly object owner;
    private readonly IProcessGroup? group;
    private readonly List<object?> stages = []; // read from the file, with tensors to dispose, or passed to Write

    // The model's tensors before Load overwrote them, to undo a failed resume; empty after the first Write.
    private Dictionary<string, Tensor> before = [];

    private Checkpoint(CheckpointOptions options, RunDescription run, object model, object owner, IReadOnlyDictionary<string, Tensor> state, IProcessGroup? group)
    {
        this.options = options;
        this.run = run;
        (this.model, this.owner, this.group) = (model, owner, group);
        Model = state;
    }

    public int Interval => options.Interval;

    /// <summary>The model's live tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> Model { get; }

    /// <summary>True if the run goes on with other options than the file's.</summary>
    public bool HasChanges { get; private set; }

    /// <summary>True if the run goes on with another seed than the file's.</summary>
    public bool IsReseeded { get; private set; }

    /// <summary>Opens the checkpoint of a run; to resume, copies the file's model into the model's tensors.</summary>
    /// <param name="options">The options.</param>
    /// <param name="model">The model.</param>
    /// <param name="owner">What the caller knows as the model, which remembers how the run left it.</param>
    /// <param name="state">The model's tensors.</param>
    /// <param name="run">Describes the run.</param>
    /// <param name="group">The ranks that train together, of which the first has the file; null for none.</param>
    /// <exception cref="CheckpointMismatchException">The file belongs to another run.</exception>
    /// <exception cref="DataFormatException">The file is damaged or not a checkpoint.</exception>
    public static Checkpoint Open(
        CheckpointOptions options,
        object model,
        object owner,
        IReadOnlyDictionary<string, Tensor> state,
        RunDescription run,
        IProcessGroup? group)
    {
        var checkpoint = new Checkpoint(options, run, model, owner, state, group);
        if (group is null)
        {
            if (HasFile(options))
                checkpoint.Load(() => PtFile.Load(options.Path));
        }
        else
        {
            using var file = SharedFile.Open(group, () => HasFile(options) ? FileStreams.OpenRead(options.Path) : null);
            if (file is not null)
                checkpoint.Load(() => checkpoint.InFile(() => PtFile.Load(file)));
        }

        return checkpoint;
    }

    public CheckpointStage Stage(int index) => new(this, index);

    private static bool HasFile(CheckpointOptions options)
    {
        // Fails now rather than after the first epoch.
        if (Path.GetDirectoryName(Path.GetFullPath(options.Path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Expected a folder {folder} for the checkpoint, found none.");
        if (Directory.Exists(options.Path))
            throw new IOException($"Expected a file for the checkpoint, found the folder {options.Path}.");
        return options.Resume && Links.HasFile(options.Path);
    }

    /// <summary>True if a later stage than this one has begun.</summary>
    public bool IsBuiltOn(int stage) => stage < stages.Count - 1;

    public CheckpointMismatchException Mismatch(params IReadOnlyList<string> differences) => new(options.Path, differences);

    /// <summary>Returns the reader's result for the content of a stage; the default if the stage had not begun.</summary>
    /// <exception cref="DataFormatException">The reader rejected the content; the model is restored to before <see cref="Open"/>.</exception>
    /// <exception cref="CheckpointMismatchException">The content does not fit the run; the model is restored likewise.</exception>
    public T? Read<T>(int stage, Func<ConfigSection, T> read)
    {
        if (stage >= stages.Count)
            return default;
        try
        {
            return InFile(() => read(ConfigSection.Of(stages[stage], $"stages[{stage}]")));
        }
        catch (Exception e) when (e is DataFormatException or CheckpointMismatchException)
        {
            NamedTensors.Copy(before, Model);
            throw;
        }
    }

    /// <summary>Writes the file with a state of the model and the content of a stage, the last that has begun.</summary>
    public void Write(int stage, OrderedDictionary<string, object?> content, IReadOnlyDictionary<string, Tensor> state)
    {
        Release(stage);
        for (var i = 0; i < stage; i++)
            stages[i] = HistoryOf(stages[i]);
        stages.Add(content);
        if (group is { Rank: > 0 })
            return;
        using var scope = torch.NewDisposeScope();
        var file = new OrderedDictionary<string, object?>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["model"] = Kind,
            ["run"] = run.Texts,
            ["state_dict"] = NamedTensors.Save(state),
            ["stages"] = stages.Select(WithVectors).ToList(),
        };
        // So that Load can read the model out of the checkpoint.
        if (ModelCodecs.Describe(model) is { } header)
            file[ModelHeader.TrainedKey] = header;
        // A fixed name, so that the next write replaces what a killed one left.
        AtomicFile.Write(options.Path, ".tmp", stream => PtFile.Save(stream, file));
    }

    /// <summary>Ends the run: the model that it leaves may resume it.</summary>
    public void Dispose()
    {
        Release(0);
        if (Model.Values.All(tensor => !tensor.IsInvalid))
            InitialWeights.Remember(owner, run.InitialWeights, InitialWeights.Digest(Model));
    }

    private void Load(Func<object?> read)
    {
        using var scope = torch.NewDisposeScope();
        var content = read();
        var state = InFile(() =>
        {
            var root = ConfigSection.Of(content, "file");
            root.Expect("format", Format);
            root.Expect("model", Kind);
            if (root.GetInt64("version") is var version and not Version)
                throw new DataFormatException($"file/version: expected {Version}, found {version}.");
            var tensors = root.GetSection("state_dict").AsTensors();
            Check(root.GetSection("run").AsStrings(), tensors, root.GetList("stages").Count);
            NamedTensors.Check(Model, tensors, "file/state_dict");
            CheckFinite(tensors);
            stages.AddRange(root.GetList("stages"));
            return tensors;
        });

        using var noGrad = torch.no_grad();
        before = Model.ToDictionary(t => t.Key, t => t.Value.detach().clone().DetachFromDisposeScope());
        NamedTensors.Copy(state, Model);
        foreach (var tensor in stages.SelectMany(TensorsRead))
            _ = tensor.DetachFromDisposeScope();
    }

    /// <summary>Throws if the file is of another run; else takes the run's start from it.</summary>
    private void Check(IReadOnlyDictionary<string, string> theirs, IReadOnlyDictionary<string, Tensor> state, int stagesBegun)
    {
        var differences = run.Differences(theirs).Where(difference => !difference.IsMoreEpochs(stagesBegun)).ToList();
        var initial = theirs.GetValueOrDefault(RunDescription.InitialWeightsName, run.InitialWeights);
        if (initial != run.InitialWeights && (InitialWeights.HasLeft(owner, initial, run.InitialWeights) || InitialWeights.Digest(state) == run.InitialWeights))
            differences.RemoveAll(difference => difference.Name == RunDescription.InitialWeightsName);
        if (differences.Any(difference => !options.AllowChanges || !difference.IsChange))
            throw Mismatch([.. differences.Select(difference => difference.ToString())]);
        HasChanges = differences.Count > 0;
        IsReseeded = differences.Any(difference => difference.IsSeed);
        run.InitialWeights = initial;
    }

    // No run saves NaN or infinite parameters, and none could resume from them.
    private void CheckFinite(IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach (var (name, tensor) in tensors)
        {
            if (Model[name].requires_grad && !tensor.isfinite().all().item<bool>())
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

    // A stage that later ones build on cannot continue; and what it wrote are tensors that are gone by now.
    private static object? HistoryOf(object? stage)
    {
        switch (stage)
        {
            case OrderedDictionary<string, object?> written:
                return new OrderedDictionary<string, object?>(written.Where(entry => EpochHistory.Keys.Contains(entry.Key)));
            case OrderedDictionary<object, object?> read:
                foreach (var key in read.Keys.Where(key => key is not string name || !EpochHistory.Keys.Contains(name)).ToList())
                {
                    foreach (var tensor in TensorsRead(read[key]))
                        tensor.Dispose();
                    _ = read.Remove(key);
                }

                return read;
            default:
                return stage;
        }
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
