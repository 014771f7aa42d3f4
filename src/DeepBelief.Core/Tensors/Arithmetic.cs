#pragma warning disable RS0030 // Banned elsewhere, allowed here.

namespace DeepBelief.Tensors;

/// <summary>Arithmetic of tensors and numbers; the only code that creates TorchSharp scalars. ← marks in-place methods.</summary>
/// <remarks>
/// TorchSharp's methods pass a scalar's address to native code, but nothing keeps the scalar alive during the call: if another
/// thread triggers a garbage collection, torch reads memory that the finaliser has freed. Here each scalar is disposed after
/// the call, which keeps it alive until then. Some methods create a scalar internally, such as <c>a + b</c>, which is
/// a + 1 · b; they are here too. BannedSymbols.txt bans them all in the rest of the library.
/// </remarks>
internal static class Arithmetic
{
    // Shared, as tensor sums are the most frequent operation.
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar Two = 2.ToScalar();

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + factor · y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.add(y, scalar);
    }

    public static Tensor Plus(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.add(scalar, One);
    }

    public static Tensor Minus(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.sub(scalar);
    }

    public static Tensor OneMinus(Tensor x) => x.neg().add(One, One);

    public static Tensor Times(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.mul(scalar);
    }

    public static Tensor Over(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.div(scalar);
    }

    /// <summary>⌊x / number⌋, for integers.</summary>
    public static Tensor WholeOver(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.floor_divide(scalar);
    }

    /// <summary>x - number · ⌊x / number⌋, for integers.</summary>
    public static Tensor Remainder(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.remainder(scalar);
    }

    public static Tensor Squared(this Tensor x) => x.pow(Two);

    /// <summary>log(1 + exp(x)).</summary>
    public static Tensor Softplus(Tensor x) => x.neg().log_sigmoid().neg();

    /// <summary>max(x, number).</summary>
    public static Tensor AtLeast(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.clamp_min(scalar);
    }

    /// <summary>min(x, number).</summary>
    public static Tensor AtMost(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.clamp_max(scalar);
    }

    /// <summary>x clamped to [least, most].</summary>
    public static Tensor Within(this Tensor x, double least, double most)
    {
        using var low = least.ToScalar();
        using var high = most.ToScalar();
        return x.clamp(low, high);
    }

    /// <summary>True where x &gt; number.</summary>
    public static Tensor IsAbove(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.gt(scalar);
    }

    /// <summary>True where x &lt; number.</summary>
    public static Tensor IsBelow(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.lt(scalar);
    }

    /// <summary>True where x ≠ 0.</summary>
    public static Tensor IsNotZero(this Tensor x) => x.to(ScalarType.Bool);

    /// <summary>The integers in [first, end).</summary>
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

    /// <summary>x ← x + number, for integers.</summary>
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

    /// <summary>The value of a one-element tensor.</summary>
    public static double Number(this Tensor x)
    {
        using var scalar = x.ToScalar();
        return scalar.ToDouble();
    }
}
