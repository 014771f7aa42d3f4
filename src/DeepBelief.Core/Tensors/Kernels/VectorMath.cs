using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>Fast elementary functions of 16 floats; torch's and .NET's exact ones would take most of a kernel's time.</summary>
/// <remarks>Own minimax fits. All multiply-adds are fused, so results are the same on every machine, at any vector width.</remarks>
internal static class VectorMath
{
    // log 2 in two parts; multiples of the first are exact.
    private const float LogTwoHigh = 0.693359375f;
    private const float LogTwoLow = -0.000212194442f;

    /// <summary>exp(x) within 2e-7 relative error for x in [-87, 88]; exp(-87) below, infinity above, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // The limits are first operands: if one operand is NaN, these functions return the second.
        x = Vector512.MinNative(Vector512.Create(89f), Vector512.MaxNative(Vector512.Create(-87f), x));
        var n = Vector512.Round(x * (float)(1 / 0.69314718055994531));
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-LogTwoHigh), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-LogTwoLow), r);
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(0.00138145976f), r, Vector512.Create(0.00836871658f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.041668389f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.166665211f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.49999994f));
        p = Vector512.FusedMultiplyAdd(p * r, r, r) + Vector512<float>.One;
        var power = (Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23;
        return p * power.AsSingle();
    }

    /// <summary>The natural logarithm of normal numbers above 0, within 2e-7 absolute or relative error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        // x = m 2^n with m in [sqrt(1/2), sqrt(2)): n changes at the bits of sqrt(1/2).
        const int HalfRoot = 0x3F3504F3;
        var bits = x.AsInt32() - Vector512.Create(HalfRoot);
        var n = Vector512.ConvertToSingle(bits >> 23);
        var f = ((bits & Vector512.Create(0x007FFFFF)) + Vector512.Create(HalfRoot)).AsSingle() - Vector512<float>.One;
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(0.0870040953f), f, Vector512.Create(-0.142674834f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(0.149147749f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-0.16577585f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(0.199630633f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-0.250013381f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(0.333339095f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-0.5f));
        p = Vector512.FusedMultiplyAdd(p, f * f, n * LogTwoLow);
        return Vector512.FusedMultiplyAdd(n, Vector512.Create(LogTwoHigh), p + f);
    }

    /// <summary>Sine and cosine of a fraction of a full turn in [0, 1/8], within 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Sine, Vector512<float> Cosine) SinCosOfTurn(Vector512<float> part)
    {
        var z = part * part;
        var sine = Vector512.FusedMultiplyAdd(Vector512.Create(-75.4020691f), z, Vector512.Create(81.5925522f));
        sine = Vector512.FusedMultiplyAdd(sine, z, Vector512.Create(-41.3416634f));
        sine = Vector512.FusedMultiplyAdd(sine, z, Vector512.Create(6.28318548f));
        var cosine = Vector512.FusedMultiplyAdd(Vector512.Create(-83.5926132f), z, Vector512.Create(64.9212494f));
        cosine = Vector512.FusedMultiplyAdd(cosine, z, Vector512.Create(-19.7391529f));
        cosine = Vector512.FusedMultiplyAdd(cosine, z, Vector512<float>.One);
        return (sine * part, cosine);
    }
}
