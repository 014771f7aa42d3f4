using DeepBelief.Units;

namespace DeepBelief.Onnx;

internal sealed class BinomialOperators(string name, BinomialUnits units) : BiasedOperators(name, units.Bias)
{
    // log x! by Stirling's series for log Γ(x + 5), which is then within 1e-8, less the logarithm of (x + 1) (x + 2) (x + 3) (x + 4).
    private const int Shift = 5;

    private readonly double trials = units.Trials;

    public override Value Mean(UnitInputs inputs) => Field(inputs).Sigmoid().Times(trials);

    public override Value Cumulants(UnitInputs inputs) => Field(inputs).Softplus().Times(trials);

    public override Value Energy(Value states) => base.Energy(states).Minus(LogChoices(states).Sum());

    /// <summary>log C(n, x), for the x in between as well.</summary>
    /// <remarks>
    /// ONNX has no log Γ, whose differences would cancel besides: they are of the size of n log n. With z = x + 5, z' = n - x + 5 and
    /// Z = z + z', the large terms are (z - 1/2) log z/Z and the same of z', which are as large as the result.
    /// </remarks>
    private Value LogChoices(Value states)
    {
        var others = states.Negated().Plus(trials);
        var total = trials + (2 * Shift);
        var constant = LogFactorial(trials) - ((total - 1) * Math.Log(total)) + total - Math.Log(2 * Math.PI);
        return Term(states, others).Plus(Term(others, states)).Plus(constant);

        Value Term(Value x, Value other)
        {
            var (z, zOfOther) = (x.Plus(Shift), other.Plus(Shift));
            // Near 1, the logarithm of a ratio that is rounded has few digits.
            var ratio = z.Over(total);
            var near = zOfOther.Over(z.Plus(total)).Atanh().Times(-2);
            var logRatio = ratio.IsAbove(0.5).Choose(near, ratio.Log());
            var product = x.Plus(1).Times(x.Plus(2)).Times(x.Plus(3).Times(x.Plus(4)));
            return product.Log().Minus(z.Minus(0.5).Times(logRatio)).Minus(Remainder(z));
        }
    }

    /// <summary>What the series adds to (z - 1/2) log z - z + log(2π)/2: 1/12z - 1/360z³ + 1/1260z⁵.</summary>
    private static Value Remainder(Value z)
    {
        var inverse = z.Reciprocal();
        var square = inverse.Squared();
        return square.Times(1.0 / 1260).Plus(-1.0 / 360).Times(square).Plus(1.0 / 12).Times(inverse);
    }

    private static double LogFactorial(double n)
    {
        using var scope = torch.NewDisposeScope();
        return torch.tensor(n + 1, ScalarType.Float64, torch.CPU).lgamma().item<double>();
    }
}
