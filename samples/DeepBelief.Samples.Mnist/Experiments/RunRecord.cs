namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>How a run ended.</summary>
internal enum RunStatus
{
    Complete,
    Cancelled,
    Failed,
}

/// <summary>A run as it is reported: what was asked for, what came out, where and how long.</summary>
/// <param name="Experiment">Its name.</param>
/// <param name="Options">The settings.</param>
/// <param name="Environment">Machine and versions.</param>
/// <param name="Started">When.</param>
/// <param name="Time">How long, without the report.</param>
/// <param name="Status">If not <see cref="RunStatus.Complete"/>, the results are those that were finished by then.</param>
/// <param name="Failure">What went wrong, if it failed.</param>
/// <param name="Stages">What was trained.</param>
/// <param name="Results">What was found.</param>
internal sealed record RunRecord(
    string Experiment,
    MnistOptions Options,
    RunEnvironment Environment,
    DateTimeOffset Started,
    TimeSpan Time,
    RunStatus Status,
    string? Failure,
    IReadOnlyList<StageTime> Stages,
    ExperimentResults Results);
