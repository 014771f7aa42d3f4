namespace DeepBelief.Training;

/// <summary>
/// A checkpoint is that of another run: with other options, another model or other data. Nothing was changed; the message
/// names every difference.
/// </summary>
public sealed class CheckpointMismatchException : Exception
{
    internal CheckpointMismatchException(string path, IReadOnlyList<string> differences)
        : base($"{path} is the checkpoint of another run. {string.Join("; ", differences)}. {nameof(CheckpointOptions.Resume)} = false starts afresh and replaces it.")
        => Differences = differences;

    /// <summary>What differs: a name, the checkpoint's value, and this run's value.</summary>
    public IReadOnlyList<string> Differences { get; }
}
