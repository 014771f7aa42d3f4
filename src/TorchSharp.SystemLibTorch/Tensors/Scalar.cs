using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number for an operator: an integer, a floating-point number or a Boolean.</summary>
public sealed class Scalar : IDisposable
{
    private readonly double number;
    private readonly long integer;

    internal Scalar(double value)
    {
        Type = torch.ScalarType.Float64;
        number = value;
    }

    internal Scalar(long value)
    {
        Type = torch.ScalarType.Int64;
        integer = value;
    }

    internal Scalar(bool value)
    {
        Type = torch.ScalarType.Bool;
        integer = value ? 1 : 0;
    }

    /// <summary>Float64, Int64 or Bool: the number itself is kept in the widest type of its kind.</summary>
    public torch.ScalarType Type { get; }

    internal double AsDouble => Type == torch.ScalarType.Float64 ? number : integer;

    internal long AsInteger => Type == torch.ScalarType.Float64 ? (long)number : integer;

    internal bool AsBoolean => Type == torch.ScalarType.Float64 ? number != 0 : integer != 0;

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(byte value) => new((long)value);

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(sbyte value) => new((long)value);

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(short value) => new((long)value);

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(int value) => new((long)value);

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(long value) => new(value);

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(Half value) => new((double)value);

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(float value) => new((double)value);

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(double value) => new(value);

    /// <summary>A scalar of this value.</summary>
    public static implicit operator Scalar(bool value) => new(value);

    /// <summary>Does nothing: there is no native object behind a scalar here.</summary>
    public void Dispose()
    {
    }

    internal Arg ToArg() => Type switch
    {
        torch.ScalarType.Float64 => number,
        torch.ScalarType.Int64 => integer,
        _ => integer != 0,
    };
}
