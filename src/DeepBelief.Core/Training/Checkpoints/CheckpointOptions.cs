using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Where and how often a run saves what it needs to go on after it was ended, by whatever. Immutable.</summary>
/// <remarks>
/// <para>A run that goes on from a checkpoint ends bit-identical to one that was never interrupted: on the same device,
/// with the same number of threads and the same build of torch.</para>
/// <para>The file is one that <see cref="Files.PtFile"/> and <c>torch.load</c> read; <c>state_dict</c> in it is the
/// model's. A run goes on from a file of the same options, kind of model and data; whether the data are the same is judged
/// by their shape and up to 1000 of their rows. A new file is written to <c>{Path}.tmp</c>, flushed to the disk, and only
/// then put in the place of the old one.</para>
/// </remarks>
public sealed record CheckpointOptions
{
    /// <summary>The file, in a folder that exists. One file for each run.</summary>
    public required string Path { get; init; }

    /// <summary>Epochs from one checkpoint to the next, 1 or more. Default: 1. There is always one at the end of the run.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>
    /// Whether a run goes on from the file if it exists; one that had ended gives its result at once. Default: true. If
    /// false, the run starts afresh and replaces the file.
    /// </summary>
    public bool Resume { get; init; } = true;

    internal void Validate()
    {
        Guard.Option(!string.IsNullOrWhiteSpace(Path), nameof(Path), Path, "the path of a file");
        Guard.Option(Interval >= 1, nameof(Interval), Interval, "1 or more");
    }
}
