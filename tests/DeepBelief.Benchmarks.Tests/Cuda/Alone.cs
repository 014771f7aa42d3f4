namespace DeepBelief.Benchmarks.Tests.Cuda;

/// <summary>Tests of what seeds torch's default generator and sets its number of threads, which all threads share.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    public const string Name = "alone";
}
