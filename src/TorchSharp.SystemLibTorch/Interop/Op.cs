using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Interop;

/// <summary>
/// An operator of libtorch by its schema name, <c>name</c> or <c>name.overload</c>, looked up at its first call.
/// Arguments that are left out at the end take the schema's defaults.
/// </summary>
/// <remarks>
/// The arguments lie in the caller's frame, addressed from outside it, so the objects they refer to live until the
/// call returns and no handle is freed under it.
/// </remarks>
internal sealed unsafe class Op(string schema)
{
    private nint handle;

    private nint Handle => handle != 0 ? handle : Find();

    /// <summary>Calls the operator for its one resulting tensor.</summary>
    public Tensor Call(params ReadOnlySpan<Arg> args)
    {
        fixed (byte* a = &Bytes(args))
            return new Tensor(Native.Check(Native.slt_call(Handle, a, args.Length, null)));
    }

    /// <summary>As <see cref="Call(ReadOnlySpan{Arg})"/>, with the integers or handles of list arguments.</summary>
    public Tensor Call(ReadOnlySpan<long> lists, params ReadOnlySpan<Arg> args)
    {
        fixed (byte* a = &Bytes(args))
        fixed (long* l = lists)
            return new Tensor(Native.Check(Native.slt_call(Handle, a, args.Length, l)));
    }

    /// <summary>Calls the operator with a list of tensors as its first argument.</summary>
    public Tensor CallTensors(ReadOnlySpan<Tensor> tensors, params ReadOnlySpan<Arg> rest)
    {
        Span<Arg> args = new Arg[rest.Length + 1];
        args[0] = Arg.Tensors(tensors.Length);
        rest.CopyTo(args[1..]);
        var keep = tensors.ToArray();
        var result = Call(Handles(keep), args);
        GC.KeepAlive(keep);
        return result;
    }

    /// <summary>Calls an in-place operator, whose result is its first argument.</summary>
    public void Run(params ReadOnlySpan<Arg> args)
    {
        fixed (byte* a = &Bytes(args))
            Native.Check(Native.slt_run(Handle, a, args.Length, null));
    }

    /// <summary>As <see cref="Run(ReadOnlySpan{Arg})"/>, with the integers or handles of list arguments.</summary>
    public void Run(ReadOnlySpan<long> lists, params ReadOnlySpan<Arg> args)
    {
        fixed (byte* a = &Bytes(args))
        fixed (long* l = lists)
            Native.Check(Native.slt_run(Handle, a, args.Length, l));
    }

    /// <summary>Calls an operator whose result is a Boolean.</summary>
    public bool CallBool(params ReadOnlySpan<Arg> args)
    {
        fixed (byte* a = &Bytes(args))
            return Native.Check(Native.slt_call_bool(Handle, a, args.Length, null)) != 0;
    }

    /// <summary>Calls an operator with two resulting tensors.</summary>
    public (Tensor, Tensor) CallPair(params ReadOnlySpan<Arg> args) => CallPair([], args);

    /// <summary>As <see cref="CallPair(ReadOnlySpan{Arg})"/>, with the integers of list arguments.</summary>
    public (Tensor, Tensor) CallPair(ReadOnlySpan<long> lists, params ReadOnlySpan<Arg> args)
    {
        var results = CallMany(2, lists, args);
        return (results[0], results[1]);
    }

    /// <summary>Calls an operator with up to <paramref name="capacity"/> resulting tensors.</summary>
    public Tensor[] CallMany(long capacity, ReadOnlySpan<long> lists, params ReadOnlySpan<Arg> args)
    {
        var found = new nint[capacity];
        int count;
        fixed (byte* a = &Bytes(args))
        fixed (long* l = lists)
        fixed (nint* f = found)
            count = Native.Check(Native.slt_call_many(Handle, a, args.Length, l, f, found.Length));
        var results = new Tensor[count];
        for (var i = 0; i < count; i++)
            results[i] = new Tensor(found[i]);
        return results;
    }

    /// <summary>The handles of tensors; the caller keeps the tensors alive.</summary>
    public static long[] Handles(ReadOnlySpan<Tensor> tensors)
    {
        var handles = new long[tensors.Length];
        for (var i = 0; i < handles.Length; i++)
            handles[i] = tensors[i].Handle;
        return handles;
    }

    private static ref byte Bytes(ReadOnlySpan<Arg> args) =>
        ref Unsafe.As<Arg, byte>(ref MemoryMarshal.GetReference(args));

    private nint Find()
    {
        var dot = schema.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? schema : schema[..dot];
        var overload = dot < 0 ? "" : schema[(dot + 1)..];
        return handle = Native.Check(Native.slt_find_operator("aten::" + name, overload));
    }
}
