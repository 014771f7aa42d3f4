using DeepBelief.Units;

namespace DeepBelief.Onnx.Tests.Support;

/// <summary>Models with parameters far from their initial ones, and rows that they take.</summary>
internal static class Make
{
    /// <summary>All kinds of units of the library, of six units.</summary>
    public static readonly IReadOnlyDictionary<string, Func<UnitLayer>> Kinds = new OrderedDictionary<string, Func<UnitLayer>>
    {
        ["bernoulli"] = () => new BernoulliUnits(6),
        ["gaussian"] = () => new GaussianUnits(6),
        ["relu"] = () => new ReluUnits(6),
        ["spin"] = () => new SpinUnits(6),
        ["binomial"] = () => new BinomialUnits(6, 20),
        ["softmax of one group"] = () => new SoftmaxUnits(1, 6),
        ["softmax"] = () => new SoftmaxUnits(2, 3),
        ["composite"] = () => new CompositeUnits(new GaussianUnits(1), new ReluUnits(1), new SoftmaxUnits(1, 2), new BernoulliUnits(1), new BinomialUnits(1, 3)),
    };

    public static UnitLayer Units(string kind) => Kinds[kind]();

    public static Rbm Rbm(string visible, string hidden, long seed = 1, double deviation = 0.7)
        => Randomised(new Rbm(Units(visible), Units(hidden), WeightInitialization.Normal(deviation), seed), seed, deviation);

    /// <summary>Gives all parameters normal numbers; log-variances stay in a range of e².</summary>
    public static TModel Randomised<TModel>(TModel model, long seed, double deviation)
        where TModel : torch.nn.Module
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (name, parameter) in model.named_parameters())
        {
            var isVariance = name.EndsWith("log_variance", StringComparison.Ordinal);
            _ = parameter.copy_(Normal(seed++, isVariance ? Math.Min(deviation, 1) : deviation, parameter.shape));
        }

        return model;
    }

    public static Tensor Normal(long seed, double deviation, params long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator((ulong)seed);
        return (torch.randn(shape, dtype: ScalarType.Float32, generator: generator) * deviation).MoveToOuterDisposeScope();
    }

    /// <summary>Rows of states of units, and of means of states, in turns.</summary>
    public static Tensor Rows(UnitLayer units, long count, long seed = 7, double deviation = 1.5)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator((ulong)seed);
        var inputs = Normal(seed, deviation, count, units.Size);
        var isState = torch.arange(count).remainder(2).eq(0).unsqueeze(1);
        return torch.where(isState, units.Sample(inputs, generator), units.Mean(inputs)).MoveToOuterDisposeScope();
    }
}
