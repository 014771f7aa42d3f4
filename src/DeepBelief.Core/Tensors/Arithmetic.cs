#pragma warning disable RS0030 // What is banned elsewhere is for this file.

namespace DeepBelief.Tensors;

/// <summary>Arithmetic of tensors and numbers: the one place where TorchSharp's scalars are made.</summary>
/// <remarks>
/// TorchSharp's methods take a scalar's address and call native code, and nothing keeps the scalar alive in between: where
/// another thread starts a garbage collection, torch reads memory that the finaliser has freed. Here every scalar is
/// disposed after the call, and so lives until then. Some methods that seem to take none make one inside, such as
/// <c>a + b</c>, which is a + 1 · b; those are here too. BannedSymbols.txt keeps them out of the rest of the library.
/// </remarks>
internal static class Arithmetic
{
    // Sums of tensors are what is computed most, and need no new scalar.
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar Two = 2.ToScalar();

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + factor · y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.add(y, scalar);
    }

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.add(scalar, One);
    }

    /// <summary>x - number.</summary>
    public static Tensor Minus(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.sub(scalar);
    }

    /// <summary>1 - x.</summary>
    public static Tensor OneMinus(Tensor x) => x.neg().add(One, One);

    /// <summary>number · x.</summary>
    public static Tensor Times(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.mul(scalar);
    }

    /// <summary>x / number.</summary>
    public static Tensor Over(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.div(scalar);
    }

    /// <summary>⌊x / number⌋ of integers.</summary>
    public static Tensor WholeOver(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.floor_divide(scalar);
    }

    /// <summary>What <see cref="WholeOver"/> leaves.</summary>
    public static Tensor Remainder(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.remainder(scalar);
    }

    /// <summary>x².</summary>
    public static Tensor Squared(this Tensor x) => x.pow(Two);

    /// <summary>log(1 + exp(x)).</summary>
    public static Tensor Softplus(Tensor x) => x.neg().log_sigmoid().neg();

    /// <summary>The larger of x and a number.</summary>
    public static Tensor AtLeast(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.clamp_min(scalar);
    }

    /// <summary>The smaller of x and a number.</summary>
    public static Tensor AtMost(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.clamp_max(scalar);
    }

    /// <summary>The number nearest to x in an interval.</summary>
    public static Tensor Within(this Tensor x, double least, double most)
    {
        using var low = least.ToScalar();
        using var high = most.ToScalar();
        return x.clamp(low, high);
    }

    /// <summary>Whether x &gt; number.</summary>
    public static Tensor IsAbove(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.gt(scalar);
    }

    /// <summary>Whether x &lt; number.</summary>
    public static Tensor IsBelow(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.lt(scalar);
    }

    /// <summary>Whether x ≠ 0.</summary>
    public static Tensor IsNotZero(this Tensor x) => x.to(ScalarType.Bool);

    /// <summary>The integers from one to before another.</summary>
    public static Tensor Range(long first, long end, Device device)
    {
        using var start = first.ToScalar();
        using var stop = end.ToScalar();
        return torch.arange(start, stop, One, ScalarType.Int64, device);
    }

    /// <summary>x ← number.</summary>
    public static Tensor Fill(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.fill_(scalar);
    }

    /// <summary>x ← x + y.</summary>
    public static Tensor Add(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x ← x + factor · y.</summary>
    public static Tensor Add(this Tensor x, Tensor y, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.add_(y, scalar);
    }

    /// <summary>x ← x + number.</summary>
    public static Tensor Add(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.add_(scalar, One);
    }

    /// <summary>x ← x + number, of integers.</summary>
    public static Tensor Add(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.add_(scalar, One);
    }

    /// <summary>x ← x + factor · y · z.</summary>
    public static Tensor AddProduct(this Tensor x, Tensor y, Tensor z, double factor = 1)
    {
        using var scalar = factor.ToScalar();
        return x.addcmul_(y, z, scalar);
    }

    /// <summary>x ← x + factor · y / z.</summary>
    public static Tensor AddQuotient(this Tensor x, Tensor y, Tensor z, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.addcdiv_(y, z, scalar);
    }

    /// <summary>x ← number · x.</summary>
    public static Tensor Scale(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.mul_(scalar);
    }

    /// <summary>The only element, as a number.</summary>
    public static double Number(this Tensor x)
    {
        using var scalar = x.ToScalar();
        return scalar.ToDouble();
    }
}
