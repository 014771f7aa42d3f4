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

    /// <summary>Untrained units in float32, of a kind of <see cref="UnitCases"/>.</summary>
    public static UnitLayer NewUnits(string kind, long size) => UnitCases.Get(kind).Create(size);

    /// <summary>A machine in float64 with random parameters.</summary>
    public static Rbm Rbm(string visibleKind, long visible, string hiddenKind, long hidden, long seed = 1, double weights = 0.7)
    {
        var rbm = new Rbm(Units(visibleKind, visible, seed), Units(hiddenKind, hidden, seed + 100), WeightInitialization.Normal(weights), seed);
        return rbm.to(ScalarType.Float64);
    }

    /// <summary>A machine 4-3 whose units are all on or all off, the likelier the larger the weights.</summary>
    public static Rbm AllOrNone(double weight)
    {
        var rbm = Rbm("bernoulli", 4, "bernoulli", 3);
        using var noGrad = torch.no_grad();
        _ = rbm.Weight.fill_(weight);
        _ = ((BernoulliUnits)rbm.Visible).Bias.fill_(-1.5 * weight);
        _ = ((BernoulliUnits)rbm.Hidden).Bias.fill_(-2 * weight);
        return rbm;
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
