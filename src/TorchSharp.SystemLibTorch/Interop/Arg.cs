using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>
/// One argument of an operator, laid out as the native part reads it. The owner is there only to keep the managed object
/// behind a handle from being finalised during the call; native code skips it.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal readonly struct Arg
{
    [FieldOffset(0)] private readonly object? owner;
    [FieldOffset(8)] private readonly long value;
    [FieldOffset(16)] private readonly ArgKind kind;
    [FieldOffset(20)] private readonly int count;

    private Arg(ArgKind kind, long value, int count = 0, object? owner = null)
    {
        this.owner = owner;
        this.value = value;
        this.kind = kind;
        this.count = count;
    }

    /// <summary>An optional argument that is absent.</summary>
    public static Arg None => default;

    /// <summary>The first of the lists that go along with the call, as integers.</summary>
    public static Arg Ints(ReadOnlySpan<long> list) => new(ArgKind.IntList, 0, list.Length);

    /// <summary>A part of the lists that go along with the call, as integers.</summary>
    public static Arg Ints(int start, int count) => new(ArgKind.IntList, start, count);

    /// <summary>The lists that go along with the call, as handles of tensors.</summary>
    public static Arg Tensors(int count) => new(ArgKind.TensorList, 0, count);

    /// <summary>A string literal: its bytes must not move, as those of a <c>u8</c> literal don't.</summary>
    public static unsafe Arg Literal(ReadOnlySpan<byte> utf8) =>
        new(ArgKind.String, (long)(nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(utf8)), utf8.Length);

    /// <summary>A number where the operator takes a tensor; it leaves the other operand's type as it is.</summary>
    public static Arg Number(Scalar scalar) => scalar.Type switch
    {
        torch.ScalarType.Float64 => new(ArgKind.DoubleNumber, BitConverter.DoubleToInt64Bits(scalar.AsDouble)),
        torch.ScalarType.Int64 => new(ArgKind.IntNumber, scalar.AsInteger),
        _ => new(ArgKind.BoolNumber, scalar.AsInteger),
    };

    public static implicit operator Arg(torch.Tensor? tensor) =>
        tensor is null ? None : new Arg(ArgKind.Tensor, tensor.Handle, owner: tensor);

    public static implicit operator Arg(Scalar? scalar) => scalar is null ? None : scalar.ToArg();

    public static implicit operator Arg(long value) => new(ArgKind.Int, value);

    public static implicit operator Arg(long? value) => value is { } v ? v : None;

    public static implicit operator Arg(double value) => new(ArgKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Arg(double? value) => value is { } v ? v : None;

    public static implicit operator Arg(bool value) => new(ArgKind.Bool, value ? 1 : 0);

    public static implicit operator Arg(torch.ScalarType type) => new(ArgKind.Int, (long)type);

    public static implicit operator Arg(torch.ScalarType? type) => type is { } t ? t : None;

    public static implicit operator Arg(torch.Device? device) =>
        device is null ? None : new Arg(ArgKind.Device, (long)device.type, device.index);

    public static implicit operator Arg(torch.Generator? generator) =>
        generator is null ? None : new Arg(ArgKind.Generator, generator.Handle, owner: generator);
}
