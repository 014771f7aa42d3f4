using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Where and how often a run saves checkpoints, to resume after an interruption. Immutable.</summary>
/// <remarks>
/// <para>A resumed run ends bit-identical to an uninterrupted one, given the same device, number of threads and build of
/// torch.</para>
/// <para>A run resumes only with the same options, kind of model, initial weights and data; data are compared by shape and up to
/// 1000 rows. The model passed to resume may have the run's initial weights, those of the checkpoint, or those that the run left
/// in it. More <see cref="OptimizationOptions.Epochs"/> than before continue the run, also one that has ended; in a
/// <see cref="Dbn"/>, only from the last layer that has begun. <see cref="AllowChanges"/> allows more.</para>
/// <para>With a <see cref="OptimizationOptions.Group"/>, rank 0 alone reads and writes the file, in which the others' chains and
/// generators are, too. The same number of ranks goes on to the same bits; others go on as well, to other bits.</para>
/// <para>A cancelled run saves its last finished epoch, whatever the <see cref="Interval"/>; for that, a run that can be cancelled
/// keeps a copy of its state between checkpoints.</para>
/// <para><c>Rbm.Load</c> and its like read the model out of a checkpoint, <c>LoadStateDict</c> its parameters;
/// <see cref="Files.PtFile"/> and <c>torch.load</c> read all of it. Each checkpoint is written to <c>{Path}.tmp</c> and flushed to
/// disk before it replaces the old one.</para>
/// </remarks>
/// <example><code>
/// var checkpoint = new CheckpointOptions { Path = "rbm.checkpoint", Interval = 5 };
/// rbm.Fit(images, new() { Epochs = 100, Checkpoint = checkpoint }); // run again after an interruption to resume
/// </code></example>
public sealed record CheckpointOptions
{
    /// <summary>The file, in an existing folder. Use one file per run.</summary>
    public required string Path { get; init; }

    /// <summary>Epochs between checkpoints, 1 or more. Default: 1. The end of the run always saves one.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>True to resume from an existing file, false to start over and replace it. Default: true. A finished run returns at once.</summary>
    public bool Resume { get; init; } = true;

    /// <summary>
    /// True to resume with other options, such as another learning rate or seed, or from a model with other initial weights, which
    /// the checkpoint's replace. Default: false, which refuses such a run with a <see cref="CheckpointMismatchException"/>.
    /// </summary>
    /// <remarks>
    /// The kind of model and the data must be the same. What the file has no state for begins anew, such as another optimizer, or
    /// the chains of another negative phase; with <see cref="OptimizationOptions.Patience"/> where there was none, the best epoch is
    /// at first the last one. With another seed the run draws new random numbers from here on. In a <see cref="Dbn"/>, layers below
    /// the last that has begun do not get more epochs.
    /// </remarks>
    public bool AllowChanges { get; init; }

    internal void Validate()
    {
        var faults = new OptionFaults();
        faults.Option(!string.IsNullOrWhiteSpace(Path), nameof(Path), Path, "the path of a file");
        faults.Option(Interval >= 1, nameof(Interval), Interval, "1 or more");
        faults.Throw();
    }
}
