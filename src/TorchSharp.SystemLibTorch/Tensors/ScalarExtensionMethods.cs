namespace TorchSharp;

/// <summary>Conversions from and to scalars.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this byte value) => value;

    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this sbyte value) => value;

    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this short value) => value;

    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this int value) => value;

    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this long value) => value;

    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this Half value) => value;

    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this float value) => value;

    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this double value) => value;

    /// <summary>A scalar of this value.</summary>
    public static Scalar ToScalar(this bool value) => value;

    /// <summary>The value.</summary>
    public static byte ToByte(this Scalar value) => (byte)value.AsInteger;

    /// <summary>The value.</summary>
    public static sbyte ToSByte(this Scalar value) => (sbyte)value.AsInteger;

    /// <summary>The value.</summary>
    public static short ToInt16(this Scalar value) => (short)value.AsInteger;

    /// <summary>The value.</summary>
    public static int ToInt32(this Scalar value) => (int)value.AsInteger;

    /// <summary>The value.</summary>
    public static long ToInt64(this Scalar value) => value.AsInteger;

    /// <summary>The value.</summary>
    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble;

    /// <summary>The value.</summary>
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;

    /// <summary>The value.</summary>
    public static double ToDouble(this Scalar value) => value.AsDouble;

    /// <summary>The value.</summary>
    public static bool ToBoolean(this Scalar value) => value.AsBoolean;
}
