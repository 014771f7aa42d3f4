namespace DeepBelief.Samples.Mnist;

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

/// <summary>What the classifiers minimise, and what the loss columns show.</summary>
internal enum LossKind
{
    /// <summary>Cross-entropy of the softmax taken as if it were logits, as the original did; never below 1.4612.</summary>
    Original,

    /// <summary>Cross-entropy of the logits.</summary>
    Logits,
}

/// <summary>The command line, understood.</summary>
internal sealed record MnistOptions
{
    public Preset Preset { get; init; }

    public ComputeDevice Device { get; init; }

    public int Seed { get; init; }

    /// <summary>What to run, in the order of the tables, and with what each of them goes on from.</summary>
    public IReadOnlyList<Experiment> Experiments { get; init; } = Enum.GetValues<Experiment>();

    public LossKind Loss { get; init; }

    /// <summary>Where to look for the MNIST files first; null: only in the cache.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Where the CSV files go; null: none are written.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>Threads of torch's own operators; null: as many as libtorch chooses.</summary>
    public int? Threads { get; init; }
}
