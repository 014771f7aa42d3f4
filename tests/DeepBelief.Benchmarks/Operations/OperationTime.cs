namespace DeepBelief.Benchmarks.Operations;

/// <summary>How long an operation takes.</summary>
/// <param name="Name">Which.</param>
/// <param name="Elements">Of how many numbers its result consists.</param>
/// <param name="Microseconds">Median of the time a call takes.</param>
internal sealed record OperationTime(string Name, long Elements, double Microseconds);
