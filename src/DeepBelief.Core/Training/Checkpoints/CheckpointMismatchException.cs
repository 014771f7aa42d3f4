namespace DeepBelief.Training;

/// <summary>The checkpoint belongs to another run; the message lists the differences in options, model, initial weights or data. Nothing was changed.</summary>
public sealed class CheckpointMismatchException : Exception
{
    internal CheckpointMismatchException(string path, IReadOnlyList<string> differences)
        : base($"{path} is the checkpoint of another run. {string.Join("; ", differences)}. {nameof(CheckpointOptions.Resume)} = false starts over and replaces it; {nameof(CheckpointOptions.AllowChanges)} = true goes on with other options or from other initial weights.")
        => Differences = differences;

    /// <summary>The differences, each with its name, the checkpoint's value and this run's value.</summary>
    public IReadOnlyList<string> Differences { get; }
}
