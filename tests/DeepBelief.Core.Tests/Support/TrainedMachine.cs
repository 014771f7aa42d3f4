namespace DeepBelief.Tests.Support;

/// <summary>Machines that have learned something, small enough to be enumerated.</summary>
internal static class TrainedMachine
{
    public const int Visible = 32;

    /// <summary>Rows of bits around eight patterns, each bit wrong with probability 0.15, in float32.</summary>
    public static Tensor Patterns(long seed, int rows)
    {
        using var scope = torch.NewDisposeScope();
        var patterns = Make.Bits(77, 8, Visible);
        using var generator = new Generator((ulong)seed);
        var which = torch.randint(0L, 8, new long[] { rows }, ScalarType.Int64, generator: generator);
        var wrong = Make.Bits(seed + 1, rows, Visible, 0.15);
        return (patterns.index_select(0, which) - wrong).abs().to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public static Rbm Bernoulli(int hidden)
    {
        using var scope = torch.NewDisposeScope();
        var rbm = Rbm.Bernoulli(Visible, hidden, WeightInitialization.Normal(0.1), seed: 3);
        rbm.Fit(Patterns(1, 1000), new() { Epochs = 100, BatchSize = 50, LearningRate = 0.1, Seed = 4 });
        return rbm;
    }

    /// <summary>Of the same patterns with noise.</summary>
    public static Rbm Gaussian(int hidden)
    {
        using var scope = torch.NewDisposeScope();
        var rbm = Rbm.Gaussian(Visible, hidden, seed: 3);
        rbm.Fit(Noisy(1, 1000), new() { Epochs = 40, BatchSize = 50, LearningRate = 0.01, Seed = 4 });
        return rbm;
    }

    public static Tensor Noisy(long seed, int rows)
    {
        using var scope = torch.NewDisposeScope();
        return (Patterns(seed, rows) + Make.Normal(seed + 2, 0.5, rows, Visible).to(ScalarType.Float32)).MoveToOuterDisposeScope();
    }
}
