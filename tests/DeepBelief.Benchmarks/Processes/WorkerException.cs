namespace DeepBelief.Benchmarks.Processes;

/// <summary>A worker could not start, or ended before its time; the message says why.</summary>
public sealed class WorkerException(string message) : Exception(message);
