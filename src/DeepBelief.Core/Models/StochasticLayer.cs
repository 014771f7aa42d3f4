using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// Two layers of units of a deep model, x below and y above: p(x | y) sends states down, q(y | x) sends them up. In an
/// <see cref="Rbm"/> both have the same weights.
/// </summary>
/// <param name="Lower">The units of x.</param>
/// <param name="Upper">The units of y.</param>
/// <param name="Up">The weights of q, <c>[y, x]</c>.</param>
/// <param name="Down">The weights of p, <c>[x, y]</c>; null for those of q.</param>
internal sealed record StochasticLayer(UnitLayer Lower, UnitLayer Upper, Tensor Up, Tensor? Down = null)
{
    public static StochasticLayer Of(Rbm rbm) => new(rbm.Visible, rbm.Hidden, rbm.Weight);

    public Tensor UpperInputs(Tensor lower) => lower.mm(Up.t());

    public Tensor LowerInputs(Tensor upper) => upper.mm(Down is null ? Up : Down.t());

    public Tensor UpperMean(Tensor lower) => Within(() => Upper.Mean(UpperInputs(lower)));

    public Tensor LowerMean(Tensor upper) => Within(() => Lower.Mean(LowerInputs(upper)));

    public Tensor SampleUpper(Tensor lower, Generator? generator) => Within(() => Upper.Sample(UpperInputs(lower), generator));

    public Tensor SampleLower(Tensor upper, Generator? generator) => Within(() => Lower.Sample(LowerInputs(upper), generator));

    /// <summary>Draws y from q(y | x) for each row, and returns it with log p(x | y) - log q(y | x), float64.</summary>
    public (Tensor Upper, Tensor LogRatio) Infer(Tensor lower, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        var inputs = UpperInputs(lower);
        var upper = Upper.Sample(inputs, generator);
        var logRatio = LogProbability(Lower, lower, LowerInputs(upper)) - LogProbability(Upper, upper, inputs);
        return (upper.MoveToOuterDisposeScope(), logRatio.MoveToOuterDisposeScope());
    }

    /// <summary>log Σ p(x | y) exp(a) over rows of y with their numbers a, for the rows of blocks of x, float64.</summary>
    public Tensor LogSumOverUpper(IEnumerable<Tensor> lower, Tensor upper, Tensor logs) => Within(() =>
    {
        var inputs = LowerInputs(upper);
        var ofUpper = logs - Lower.CumulantGenerator(inputs).to(ScalarType.Float64);
        return torch.cat([.. lower.Select(block => Within(()
            => block.mm(inputs.t()).to(ScalarType.Float64).Plus(ofUpper).logsumexp(1) - Lower.Energy(block).to(ScalarType.Float64)))]);
    });

    private static Tensor LogProbability(UnitLayer units, Tensor states, Tensor inputs)
        => (inputs * states).sum(1).to(ScalarType.Float64) - units.Energy(states).to(ScalarType.Float64) - units.CumulantGenerator(inputs).to(ScalarType.Float64);

    private static Tensor Within(Func<Tensor> compute)
    {
        using var scope = torch.NewDisposeScope();
        return compute().MoveToOuterDisposeScope();
    }
}
