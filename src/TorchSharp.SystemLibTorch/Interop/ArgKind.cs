namespace TorchSharp.Interop;

/// <summary>What an <see cref="Arg"/> holds; the same numbers as in the native part.</summary>
internal enum ArgKind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    Device,
    Generator,
    String,
    IntList,
    TensorList,
    IntNumber,
    DoubleNumber,
    BoolNumber,
}
