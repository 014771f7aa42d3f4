namespace DeepBelief.Samples.Tests;

/// <summary>Tests of training with dropout, which draws from torch's default generator: that belongs to the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TrainsWithDropout
{
    public const string Name = "dropout";
}
