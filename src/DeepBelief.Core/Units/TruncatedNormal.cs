namespace DeepBelief.Units;

/// <summary>The law on y ≥ 0 with a density in proportion to exp(-y²/2 + s y): N(s, 1) cut off at zero.</summary>
/// <remarks>
/// <para>For s > 0 the complementary error function gives all there is to know. For u = -s ≥ 0 it runs out of numbers, and
/// mean and variance would be small differences of large ones. There, everything is made of c(u), the second tail of Laplace's
/// continued fraction of the hazard h(u) = φ(u) / Q(u) = u + 1/(u + 2/(u + 3/(u + ...))): c = 2/(u + 3/(u + ...)),
/// mean 1/(u + c), h = u + mean and variance mean · (c - mean), in which nothing cancels, nor does it in derivatives.</para>
/// <para>Accurate to a few units in the last place in 32 and in 64 bits; <c>torch.special.erfcx</c> would not do, as its
/// derivative cancels, and in TorchSharp 0.107 it calls erfc.</para>
/// </remarks>
internal static class TruncatedNormal
{
    private const double Scale = 4;

    // Uniform numbers are this far from 1 at least; the inverse of the error function is not to be asked for more.
    private static readonly double LargestSingle = MathF.BitDecrement(1);
    private static readonly double LargestDouble = Math.BitDecrement(1);

    // c(u) (u + 4) as a polynomial of t = (u - 4) / (u + 4), lowest power first: a Chebyshev interpolant of degree 28, its nodes
    // computed to 40 digits, which is within 1e-16. Shepherd and Laframboise 1981 use this variable for erfcx.
    private static readonly double[] Coefficients =
    [
        3.459869934984946, -1.8535921784840172, 0.1495019949886594, 0.445743055740242, -0.15868676443322033,
        -0.13000728130783828, 0.08245715035009095, 0.04192779797841027, -0.03849638783345241, -0.01467287373941428,
        0.017242795125703113, 0.0055693433459582, -0.0075091580042593795, -0.002277388250284765, 0.003182172695475543,
        0.0009795643330977814, -0.0013077583325323632, -0.000426040475446983, 0.0005174661865285654, 0.00017772255720298482,
        -0.0001935941813983294, -6.615986676792638e-05, 6.547426854699671e-05, 1.983492344756725e-05, -1.8298872556529732e-05,
        -4.0932124891816165e-06, 3.6098840802644664e-06, 4.2182689978225524e-07, -3.621956116771335e-07,
    ];

    /// <summary>log ∫ exp(-y²/2 + s y) dy over y ≥ 0, for each s.</summary>
    public static Tensor LogNormaliser(Tensor s)
    {
        using var scope = torch.NewDisposeScope();
        var (z, u) = (s.clamp_min(0), Left(s));
        var right = 0.5 * z.square() + (Math.Sqrt(Math.PI / 2) * Erfc(z)).log();
        var left = (u + TailMean(u, Continuation(u))).log().neg();
        return torch.where(s.gt(0), right, left).MoveToOuterDisposeScope();
    }

    /// <summary>E[y] for each s.</summary>
    public static Tensor Mean(Tensor s)
    {
        using var scope = torch.NewDisposeScope();
        var (z, u) = (s.clamp_min(0), Left(s));
        return torch.where(s.gt(0), z + Hazard(z), TailMean(u, Continuation(u))).MoveToOuterDisposeScope();
    }

    /// <summary>Var[y] for each s.</summary>
    public static Tensor Variance(Tensor s)
    {
        using var scope = torch.NewDisposeScope();
        var (z, u) = (s.clamp_min(0), Left(s));
        var hazard = Hazard(z);
        var continuation = Continuation(u);
        var mean = TailMean(u, continuation);
        return torch.where(s.gt(0), 1 - hazard * (z + hazard), mean * (continuation - mean)).MoveToOuterDisposeScope();
    }

    /// <summary>One y for each s, by the inverse of the distribution function: no rejection, so nothing waits for the host.</summary>
    public static Tensor Sample(Tensor s, Generator? generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var uniform = torch.empty_like(s).uniform_(0, 1, generator);
        var largest = s.dtype == ScalarType.Float64 ? LargestDouble : LargestSingle;

        var z = s.clamp_min(0);
        var right = z + Math.Sqrt(2) * (1 - (1 - uniform) * Erfc(z)).clamp(-largest, largest).erfinv();
        return torch.where(s.gt(0), right, SampleTail(Left(s), uniform.neg().log1p().neg())).clamp_min(0).MoveToOuterDisposeScope();
    }

    /// <summary>The y at which the cumulative hazard uy + y²/2 + log h(u + y) - log h(u) reaches that of an exponential number.</summary>
    private static Tensor SampleTail(Tensor u, Tensor exponential)
    {
        var mean = TailMean(u, Continuation(u));
        var hazard = u + mean;
        // The hazard is convex, so that its tangent at 0 gives a y that is too large, but not by much; two of Halley's steps
        // bring it to the last digits.
        var y = 2 * exponential / (hazard + (hazard * (hazard + 2 * exponential * mean)).sqrt());
        for (var step = 0; step < 2; step++)
        {
            var there = u + y;
            var meanThere = TailMean(there, Continuation(there));
            var hazardThere = there + meanThere;
            var excess = (hazardThere / hazard).log() + y * (u + 0.5 * y) - exponential;
            y = y - excess / (hazardThere - 0.5 * excess * meanThere);
        }

        return y;
    }

    private static Tensor Left(Tensor s) => s.neg().clamp_min(0);

    // erfc(-z/√2), in [1, 2] for z ≥ 0: twice the normal probability below z.
    private static Tensor Erfc(Tensor z) => (z * -Math.Sqrt(0.5)).erfc();

    private static Tensor Hazard(Tensor z) => (z.square() * -0.5).exp() * Math.Sqrt(2 / Math.PI) / Erfc(z);

    private static Tensor TailMean(Tensor u, Tensor continuation) => (u + continuation).reciprocal();

    private static Tensor Continuation(Tensor u)
    {
        var scaled = u + Scale;
        var t = (u - Scale) / scaled;
        var value = t * Coefficients[^1];
        for (var i = Coefficients.Length - 2; i > 0; i--)
            value = (value + Coefficients[i]) * t;
        return (value + Coefficients[0]) / scaled;
    }
}
