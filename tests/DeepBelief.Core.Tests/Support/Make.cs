using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>Models with parameters far from their initial ones, so that tests see every term.</summary>
internal static class Make
{
    public static Tensor Normal(long seed, double deviation, params long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        return (torch.randn(shape, dtype: ScalarType.Float64, generator: generator) * deviation).MoveToOuterDisposeScope();
    }

    public static Tensor Bits(long seed, long rows, long columns, double probability = 0.5)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        return torch.rand(new[] { rows, columns }, dtype: ScalarType.Float64, generator: generator)
            .lt(probability).to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    public static UnitLayer Units(string kind, long size, long seed = 1)
    {
        var units = NewUnits(kind, size);
        _ = units.to(ScalarType.Float64);
        Randomise(units, seed, 0.5);
        return units;
    }

    /// <summary>Every kind of unit, for theories over all of them.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["bernoulli", "gaussian", "relu", "spin", "binomial", "softmax", "composite", "bits and categories"];

    /// <summary>The kinds whose states can be listed.</summary>
    public static IReadOnlyList<string> DiscreteKinds { get; } = ["bernoulli", "spin", "binomial", "softmax", "bits and categories"];

    /// <summary>Untrained units in float32.</summary>
    public static UnitLayer NewUnits(string kind, long size) => kind switch
    {
        "bernoulli" => new BernoulliUnits(size),
        "gaussian" => new GaussianUnits(size),
        "relu" => new ReluUnits(size),
        "spin" => new SpinUnits(size),
        "binomial" => new BinomialUnits(size, 3),
        "softmax" => Softmax(size),
        "composite" => size > 3 ? new CompositeUnits(new GaussianUnits(1), new ReluUnits(1), Softmax(size - 2)) : new CompositeUnits(new GaussianUnits(1), new BernoulliUnits(size - 1)),
        "bits and categories" => new CompositeUnits(new BernoulliUnits(1), Softmax(size - 1)),
        _ => throw new ArgumentException(kind, nameof(kind)),
    };

    // Groups of two or three where the size allows.
    private static SoftmaxUnits Softmax(long size)
        => size % 3 == 0 ? new SoftmaxUnits(size / 3, 3) : size % 2 == 0 ? new SoftmaxUnits(size / 2, 2) : new SoftmaxUnits(1, size);

    /// <summary>A machine in float64 with random parameters.</summary>
    public static Rbm Rbm(string visibleKind, long visible, string hiddenKind, long hidden, long seed = 1, double weights = 0.7)
    {
        var rbm = new Rbm(Units(visibleKind, visible, seed), Units(hiddenKind, hidden, seed + 100), WeightInitialization.Normal(weights), seed);
        return rbm.to(ScalarType.Float64);
    }

    public static void Randomise(torch.nn.Module module, long seed, double deviation)
    {
        using var noGrad = torch.no_grad();
        foreach (var parameter in module.parameters())
        {
            using var values = Normal(seed++, deviation, parameter.shape);
            _ = parameter.copy_(values);
        }
    }
}
