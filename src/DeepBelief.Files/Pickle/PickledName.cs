namespace DeepBelief.Files;

/// <summary>A Python name that a pickle may use: what a call of it gives is in <see cref="PickledNames"/>.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Storage">The element type of a storage's class.</param>
internal sealed record PickledName(string Name, NameKind Kind, ScalarType? Storage = null);

/// <summary>What the names are that a pickle may use.</summary>
internal enum NameKind
{
    Storage,
    OrderedDictionary,
    Tensor,
    Parameter,
    Size,
    Device,
    Set,
    Bytes,
    EncodedText,
    NumpyType,
    NumpyClass,
    NumpyArray,
    NumpyBuffer,
    NumpyScalar,
    Module,
}
