namespace TorchSharp.Interop;

/// <summary>One index of an indexing expression, laid out as the native part reads it.</summary>
internal struct IndexArg
{
    public IndexKind Kind;
    public int Given;
    public long Start;
    public long Stop;
    public long Step;
    public nint Tensor;
}

/// <summary>What an <see cref="IndexArg"/> holds; the same numbers as in the native part.</summary>
internal enum IndexKind
{
    NewAxis,
    Ellipsis,
    False,
    True,
    Position,
    Range,
    Tensor,
}
