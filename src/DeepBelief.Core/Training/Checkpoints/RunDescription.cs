using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>The arguments of a run as names and texts: runs with equal descriptions have equal results.</summary>
internal sealed class RunDescription
{
    public const string InitialWeightsName = "model/initial weights";

    private const long SampledRows = 1000;

    private readonly OrderedDictionary<string, string> texts = [];

    public RunDescription(object model, IReadOnlyDictionary<string, Tensor> state, OptimizationOptions options, params (string Name, Tensor? Rows)[] data)
    {
        texts["model"] = model.GetType().ToString();
        foreach (var (name, module) in (model as torch.nn.Module)?.named_modules() ?? [])
            texts[$"model/{name}"] = module is UnitLayer { Settings.Count: > 0 } units ? $"{module.GetType()}, {units.Description}" : module.GetType().ToString();
        foreach (var (name, value) in (model as IModelSettings)?.Settings ?? [])
            Describe($"model/{name}", value);
        foreach (var (name, tensor) in state)
            texts[$"model/{name}"] = $"{NamedTensors.Kind(tensor)}{(tensor.requires_grad ? ", trained" : string.Empty)}";
        texts[InitialWeightsName] = Training.InitialWeights.Digest(state);
        texts["device"] = state.Values.First().device_type.ToString();
        foreach (var (name, rows) in data)
            texts[$"data/{name}"] = rows is null ? "none" : Fingerprint(rows);
        Describe("options", options);
    }

    public IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>The digest of the weights that the run began with. A run that goes on has that of its first start.</summary>
    public string InitialWeights
    {
        get => texts[InitialWeightsName];
        set => texts[InitialWeightsName] = value;
    }

    /// <summary>What has to be the same on all ranks of a group. Initial weights, and the folder of the checkpoint, are those of rank 0.</summary>
    /// <param name="size">The group's number of ranks.</param>
    /// <param name="checkpoint">How the run saves checkpoints; null if it does not.</param>
    public IReadOnlyDictionary<string, string> OfRanks(int size, CheckpointOptions? checkpoint)
    {
        var shared = new Dictionary<string, string>(texts)
        {
            ["ranks"] = size.ToString(CultureInfo.InvariantCulture),
            ["DeepBelief"] = Version(typeof(RunDescription).Assembly),
            ["TorchSharp"] = Version(typeof(torch).Assembly),
            ["torch"] = torch.__version__,
            ["options/Checkpoint"] = checkpoint is null ? "none" : FormattableString.Invariant($"every {checkpoint.Interval} epochs, {(checkpoint.Resume ? "resumed" : "begun anew")}, {(checkpoint.AllowChanges ? "with" : "without")} changes"),
        };
        _ = shared.Remove(InitialWeightsName);
        return shared;

        static string Version(Assembly assembly) => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
    }

    /// <summary>Returns the entries that differ or exist on one side only.</summary>
    public IReadOnlyList<RunDifference> Differences(IReadOnlyDictionary<string, string> checkpoint)
        => [.. texts.Keys.Union(checkpoint.Keys)
            .Select(name => new RunDifference(name, checkpoint.GetValueOrDefault(name, "none"), texts.GetValueOrDefault(name, "none")))
            .Where(entry => entry.Checkpoint != entry.Run)];

    // Shape, type and a hash of evenly spaced rows; hashing every byte would cost a large fraction of an epoch.
    private static string Fingerprint(Tensor rows)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var count = Math.Min(rows.shape[0], SampledRows);
        var indices = new long[count];
        for (var i = 0L; i < count; i++)
            indices[i] = i * rows.shape[0] / count;
        using var sparse = SparseRows.Are(rows) ? new SparseRows(rows) : null;
        var numbers = torch.tensor(indices, ScalarType.Int64, rows.device);
        var sample = (sparse?.Read(numbers) ?? rows.index_select(0, numbers)).cpu().contiguous();
        var hash = Convert.ToHexStringLower(SHA256.HashData(sample.bytes));
        return $"{NamedTensors.Kind(rows)}, SHA-256 of {count} rows {hash}";
    }

    // By reflection, as optimizer settings and negative phases can be user types.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Trimming removes only properties that nothing reads, so no run depends on them.")]
    private void Describe(string name, object? value)
    {
        switch (value)
        {
            case CheckpointOptions or IProcessGroup:
                break;
            case OptimizationOptions or OptimizerSettings or NegativePhase or LayerInputs or CenteringOptions or SparsityOptions or VirtualAdversarialOptions or DropoutRates or Langevin or MeanField:
                texts[name] = value.GetType().ToString();
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
                    Describe($"{name}/{property.Name}", property.GetValue(value));
                break;
            case IReadOnlyList<TrainingOptions> layers:
                foreach (var (i, layer) in layers.Index())
                    Describe(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), layer);
                break;
            case IEnumerable<double> numbers:
                texts[name] = string.Join(", ", numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
                break;
            default:
                texts[name] = Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "none";
                break;
        }
    }
}
