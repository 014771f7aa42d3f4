using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments;

/// <summary>How much pre-training.</summary>
internal enum Preset
{
    /// <summary>A few epochs with a better recipe: minutes on a CPU.</summary>
    Quick,

    /// <summary>The original's settings: hours on a CPU, meant for a GPU.</summary>
    Paper,
}

internal enum ComputeDevice
{
    Cpu,
    Cuda,
}

/// <summary>The command line, understood.</summary>
internal sealed record ExperimentOptions
{
    public Experiment Experiment { get; init; } = ExperimentList.All[0];

    /// <summary>What to learn from; another set than MNIST only where <see cref="Experiment.TakesAnyImages"/>.</summary>
    public ImageSet Images { get; init; }

    public Preset Preset { get; init; }

    public ComputeDevice Device { get; init; }

    /// <summary>One or more: the experiment is repeated for each.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [0];

    /// <summary>Of the experiment <c>tables</c>: which to make, in their order, and with what each of them goes on from.</summary>
    public IReadOnlyList<TableKind> Tables { get; init; } = Enum.GetValues<TableKind>();

    public LossKind Loss { get; init; }

    /// <summary>Of the experiments that <see cref="Experiment.TakesProducts"/>: the element type of the products that pre-train.</summary>
    public ProductPrecision Products { get; init; }

    /// <summary>Where to look for the MNIST files first; null: only in the cache.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Where the files of Fashion-MNIST are; null: where a package has put them.</summary>
    public string? FashionFolder { get; init; }

    /// <summary>Where the CSV files go; null: none are written.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>The file of the report; null: none is written.</summary>
    public string? ReportFile { get; init; }

    /// <summary>The file of the JSON document; null: none is written, or <see cref="JsonToOutput"/>.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Whether the JSON document, and nothing else, goes to standard output.</summary>
    public bool JsonToOutput { get; init; }

    /// <summary>Where finished pre-training is kept; null: nowhere.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Whether pre-training starts afresh, whatever is kept of it.</summary>
    public bool Fresh { get; init; }

    /// <summary>Whether only results and errors are printed.</summary>
    public bool Quiet { get; init; }

    /// <summary>Threads of torch; null: as many as it chooses.</summary>
    public int? Threads { get; init; }

    /// <summary>Training with <see cref="Products"/>, but for tempered chains, which have float32 alone.</summary>
    public TrainingOptions WithProducts(TrainingOptions training)
        => training.NegativePhase is ParallelTempering ? training : training with { ProductPrecision = Products };

    public torch.Device TorchDevice() => Device == ComputeDevice.Cuda ? torch.CUDA : torch.CPU;
}
