namespace DeepBelief.Units;

/// <summary>N(s, 1) truncated to y ≥ 0: density proportional to exp(-y²/2 + s y).</summary>
/// <remarks>
/// <para>For s > 0 the complementary error function suffices. For u = -s ≥ 0 it underflows, and mean and variance would be
/// small differences of large numbers. There, everything follows from c(u), the second tail of Laplace's continued
/// fraction of the hazard h(u) = φ(u) / Q(u) = u + 1/(u + 2/(u + 3/(u + ...))): c = 2/(u + 3/(u + ...)), mean 1/(u + c),
/// h = u + mean and variance mean · (c - mean), where neither values nor derivatives cancel.</para>
/// <para>Accurate to a few units in the last place in float32 and float64. <c>torch.special.erfcx</c> would not be: its
/// derivative cancels, and in TorchSharp 0.107 it calls erfc.</para>
/// </remarks>
internal static class TruncatedNormal
{
    private const double Scale = 4;

    // A block has some fifty temporaries. Smaller ones would not give the threads of a CPU, or a GPU, enough work at once.
    private const long BlockElements = 1 << 18;
    private const long BlockElementsOfDevice = 1 << 22;

    // The largest numbers below 1; at 1, erfinv is infinite.
    private static readonly double LargestSingle = MathF.BitDecrement(1);
    private static readonly double LargestDouble = Math.BitDecrement(1);

    // c(u) (u + 4) as a polynomial in t = (u - 4) / (u + 4), lowest power first: its Chebyshev interpolant from 40-digit values.
    // Degree 28 is within 1e-16; degree 34 nearly so for two derivatives. Shepherd and Laframboise 1981 use such a t for erfcx.
    private static readonly double[] Coefficients =
    [
        3.459869934984946, -1.8535921784840346, 0.149501994988674, 0.44574305574267764, -0.15868676443526988,
        -0.13000728140974233, 0.0824571504358742, 0.04192779997686629, -0.03849638951685004, -0.014672896020813866,
        0.017242813912250722, 0.0055695001520360546, -0.007509290388691421, -0.0022781300052504313, 0.0031828000337008598,
        0.0009820169649069714, -0.0013098375539990056, -0.00043184439284938363, 0.0005224021462443669, 0.0001876701874551059,
        -0.0002020909668342798, -7.853343802150069e-05, 7.610717826791618e-05, 3.0918192124856705e-05, -2.7905375385377305e-05,
        -1.1110219384961193e-05, 9.769178932061422e-06, 3.463959140499732e-06, -3.0833908049688415e-06, -8.604249269811725e-07,
        7.915258481116031e-07, 1.4727626594200991e-07, -1.406546854006616e-07, -1.2687449812386198e-08, 1.2528782323601466e-08,
    ];

    // Of the log-normaliser, from itself on.
    private static readonly Func<Tensor, Tensor>[] Derivatives = [LogNormaliserOfBlock, MeanOfBlock, VarianceOfBlock, ThirdCumulantOfBlock];

    /// <summary>log ∫ exp(-y²/2 + s y) dy over y ≥ 0, for each s.</summary>
    public static Tensor LogNormaliser(Tensor s) => Derivative(s, 0);

    private static Tensor LogNormaliserOfBlock(Tensor s)
    {
        using var scope = torch.NewDisposeScope();
        var (z, u) = (s.AtLeast(0), Left(s));
        var right = z.Squared().Times(0.5).Plus(Erfc(z).Times(Math.Sqrt(Math.PI / 2)).log());
        var left = u.Plus(TailMean(u, Continuation(u))).log().neg();
        return torch.where(s.IsAbove(0), right, left).MoveToOuterDisposeScope();
    }

    /// <summary>E[y] for each s.</summary>
    public static Tensor Mean(Tensor s) => Derivative(s, 1);

    private static Tensor MeanOfBlock(Tensor s)
    {
        using var scope = torch.NewDisposeScope();
        var (z, u) = (s.AtLeast(0), Left(s));
        return torch.where(s.IsAbove(0), z.Plus(Hazard(z)), TailMean(u, Continuation(u))).MoveToOuterDisposeScope();
    }

    /// <summary>Var[y] for each s.</summary>
    public static Tensor Variance(Tensor s) => Derivative(s, 2);

    private static Tensor VarianceOfBlock(Tensor s)
    {
        using var scope = torch.NewDisposeScope();
        var (z, u) = (s.AtLeast(0), Left(s));
        var hazard = Hazard(z);
        var continuation = Continuation(u);
        var mean = TailMean(u, continuation);
        return torch.where(s.IsAbove(0), OneMinus(hazard * z.Plus(hazard)), mean * (continuation - mean)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws one y for each s, without rejection, so without waiting for the host.</summary>
    public static Tensor Sample(Tensor s, Generator? generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var draws = torch.empty(s.shape, s.dtype, s.device).uniform_(0, 1, generator);
        return InBlocks(draws, (block, first) => Quantile(first is { } at ? s.reshape(-1).narrow(0, at, block.numel()) : s, block)).MoveToOuterDisposeScope();
    }

    /// <summary>The quantile for each s, at probabilities in [0, 1).</summary>
    public static Tensor Quantile(Tensor s, Tensor uniform)
    {
        using var scope = torch.NewDisposeScope();
        var largest = s.dtype == ScalarType.Float64 ? LargestDouble : LargestSingle;

        var z = s.AtLeast(0);
        var right = z.Plus(OneMinus(OneMinus(uniform) * Erfc(z)).Within(-largest, largest).erfinv(), Math.Sqrt(2));
        return torch.where(s.IsAbove(0), right, SampleTail(Left(s), uniform.neg().log1p().neg())).AtLeast(0).MoveToOuterDisposeScope();
    }

    /// <summary>The y at which the cumulative hazard uy + y²/2 + log h(u + y) - log h(u) equals an exponential number.</summary>
    private static Tensor SampleTail(Tensor u, Tensor exponential)
    {
        var mean = TailMean(u, Continuation(u));
        var hazard = u.Plus(mean);
        // The hazard is convex, so its tangent at 0 gives a y slightly too large; two Halley steps refine it to the last digits.
        var y = exponential.Times(2) / hazard.Plus((hazard * hazard.Plus(exponential * mean, 2)).sqrt());
        for (var step = 0; step < 2; step++)
        {
            var there = u.Plus(y);
            var meanThere = TailMean(there, Continuation(there));
            var hazardThere = there.Plus(meanThere);
            var excess = (hazardThere / hazard).log().Plus(y * u.Plus(y, 0.5)) - exponential;
            y = y - excess / hazardThere.Plus(excess * meanThere, -0.5);
        }

        return y;
    }

    private static Tensor Left(Tensor s) => s.neg().AtLeast(0);

    // erfc(-z/√2), in [1, 2] for z ≥ 0: twice the normal probability below z.
    private static Tensor Erfc(Tensor z) => z.Times(-Math.Sqrt(0.5)).erfc();

    private static Tensor Hazard(Tensor z) => z.Squared().Times(-0.5).exp().Times(Math.Sqrt(2 / Math.PI)) / Erfc(z);

    private static Tensor TailMean(Tensor u, Tensor continuation) => u.Plus(continuation).reciprocal();

    private static Tensor Continuation(Tensor u)
    {
        var scaled = u.Plus(Scale);
        var t = u.Minus(Scale) / scaled;
        var value = t.Times(Coefficients[^1]);
        for (var i = Coefficients.Length - 2; i > 0; i--)
        {
            using var last = value;
            value = last.Add(Coefficients[i]) * t;
        }

        return value.Add(Coefficients[0]) / scaled;
    }

    private static Tensor ThirdCumulantOfBlock(Tensor s)
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var leaf = s.detach().requires_grad_();
        return torch.autograd.grad([VarianceOfBlock(leaf).sum()], [leaf])[0].MoveToOuterDisposeScope();
    }

    /// <summary>A derivative of the log-normaliser: 0 for itself, 1 for the mean, 2 for the variance.</summary>
    /// <remarks>
    /// Autograd would keep some fifty tensors. Instead it gets the Taylor series at s, in which a difference of 0 stands for s: the
    /// same value and, up to the third derivative of the log-normaliser, the same derivatives, for a handful of tensors.
    /// </remarks>
    private static Tensor Derivative(Tensor s, int order)
    {
        if (!torch.is_grad_enabled() || !s.requires_grad)
            return InBlocks(s, Derivatives[order]);
        using var scope = torch.NewDisposeScope();
        var at = s.detach();
        var zero = s - at;
        var series = InBlocks(at, Derivatives[^1]);
        for (var k = Derivatives.Length - 2; k >= order; k--)
            series = InBlocks(at, Derivatives[k]).Plus(zero * series, 1.0 / (k - order + 1));
        return series.MoveToOuterDisposeScope();
    }

    private static Tensor InBlocks(Tensor s, Func<Tensor, Tensor> map) => InBlocks(s, (block, _) => map(block));

    /// <summary>Maps elements in blocks, whose temporaries are a multiple of a block instead of all.</summary>
    /// <param name="s">The elements.</param>
    /// <param name="map">Maps a block, a vector, and the number of its first element; or all of s, and null.</param>
    private static Tensor InBlocks(Tensor s, Func<Tensor, long?, Tensor> map)
    {
        var size = s.device_type == DeviceType.CPU ? BlockElements : BlockElementsOfDevice;
        if (s.numel() <= size)
            return map(s, null);
        using var scope = torch.NewDisposeScope();
        var elements = s.reshape(-1);
        var results = torch.empty_like(elements);
        for (var first = 0L; first < elements.numel(); first += size)
        {
            using var blockScope = torch.NewDisposeScope();
            var count = Math.Min(size, elements.numel() - first);
            _ = results.narrow(0, first, count).copy_(map(elements.narrow(0, first, count), first));
        }

        return results.reshape(s.shape).MoveToOuterDisposeScope();
    }
}
