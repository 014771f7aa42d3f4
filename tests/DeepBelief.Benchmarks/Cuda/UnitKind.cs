using DeepBelief.Units;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>A kind of units, in a layer of six.</summary>
internal sealed record UnitKind(string Name, Func<UnitLayer> Create)
{
    public const long Size = 6;

    /// <summary>All kinds of the library; a test compares.</summary>
    public static IReadOnlyList<UnitKind> All { get; } =
    [
        new("bernoulli", () => new BernoulliUnits(Size)),
        new("gaussian", () => new GaussianUnits(Size)),
        new("relu", () => new ReluUnits(Size)),
        new("spin", () => new SpinUnits(Size)),
        new("binomial", () => new BinomialUnits(Size, trials: 3)),
        new("softmax", () => new SoftmaxUnits(groups: 2, categories: 3)),
        new("composite", () => new CompositeUnits(new GaussianUnits(1), new ReluUnits(1), new SoftmaxUnits(2, 2))),
        new("bits and categories", () => new CompositeUnits(new BernoulliUnits(3), new SoftmaxUnits(1, 3))),
    ];
}
