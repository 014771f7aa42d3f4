using DeepBelief.Units;

namespace DeepBelief.Onnx;

/// <summary>Truncated normal units, with s = σ(b + I) and N(s, 1) truncated to y ≥ 0.</summary>
/// <remarks>
/// For s > 0 by the error function, and for u = -s ≥ 0, where that would underflow and cancel, by the tail c(u) of the continued
/// fraction of the hazard, as the library's own TruncatedNormal: there E[y] = 1 / (u + c) and Γ = -log(u + E[y]).
/// </remarks>
internal sealed class ReluOperators(string name, ReluUnits units) : UnitOperators(name)
{
    private const double Scale = 4;

    // c(u) (u + 4) as a polynomial in t = (u - 4) / (u + 4), lowest power first: the Chebyshev series of the library's, which has
    // twice as many terms for float64, as far as float32 can see it: within 2e-8.
    private static readonly double[] Coefficients =
    [
        3.45986994, -1.85359198, 0.149500838, 0.445735297, -0.158661655,
        -0.12991974, 0.0822470579, 0.0414838974, -0.037616359, -0.0134775682,
        0.0151718739, 0.0037254191, -0.00462249177, -0.00058361423, 0.000739074297,
    ];

    private readonly double[] bias = Numbers.Double(units.Bias);
    private readonly double[] logVariance = Numbers.Double(units.LogVariance);

    public override Value Mean(UnitInputs inputs)
    {
        var s = Standardised(inputs);
        var z = s.Relu();
        var hazard = z.Squared().Times(-0.5).Exp().Times(Math.Sqrt(2 / Math.PI)).Over(TwiceProbability(z));
        return s.IsAbove(0).Choose(z.Plus(hazard), TailMean(Left(s))).Times(Vector(inputs.Graph, "deviation", Deviations));
    }

    public override Value Cumulants(UnitInputs inputs)
    {
        var s = Standardised(inputs);
        var (z, u) = (s.Relu(), Left(s));
        var right = z.Squared().Times(0.5).Plus(TwiceProbability(z).Times(Math.Sqrt(Math.PI / 2)).Log());
        var left = u.Plus(TailMean(u)).Log().Negated();
        return s.IsAbove(0).Choose(right, left).Plus(Vector(inputs.Graph, "log_deviation", [.. logVariance.Select(value => 0.5 * value)]));
    }

    // x (x/2σ² - b)
    public override Value Energy(Value states)
    {
        var halfPrecision = Vector(states.Graph, "half_precision", [.. logVariance.Select(value => 0.5 * Math.Exp(-value))]);
        return states.Times(halfPrecision).Minus(Vector(states.Graph, "bias", bias)).Times(states).Sum();
    }

    private double[] Deviations => [.. logVariance.Select(value => Math.Exp(0.5 * value))];

    private Value Standardised(UnitInputs inputs)
        => inputs.Affine(Name, Deviations, Vector(inputs.Graph, "standardised_bias", [.. bias.Zip(Deviations, (b, deviation) => b * deviation)]));

    private static Value Left(Value s) => s.Negated().Relu();

    /// <summary>Twice the probability that a normal number is below z ≥ 0, in [1, 2].</summary>
    private static Value TwiceProbability(Value z) => z.Times(Math.Sqrt(0.5)).Erf().Plus(1);

    private static Value TailMean(Value u)
    {
        var scaled = u.Plus(Scale);
        var t = u.Minus(Scale).Over(scaled);
        var value = t.Times(Coefficients[^1]);
        foreach (var coefficient in Coefficients[1..^1].Reverse())
            value = value.Plus(coefficient).Times(t);
        return value.Plus(Coefficients[0]).Over(scaled).Plus(u).Reciprocal();
    }
}
