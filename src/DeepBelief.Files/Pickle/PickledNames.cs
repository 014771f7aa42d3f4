using System.Globalization;

namespace DeepBelief.Files;

/// <summary>
/// Knows the few Python names that pickles of data use, each a case below, and makes what a call of each stands for. Nothing
/// is ever called: Python would call anything that a pickle names.
/// </summary>
/// <param name="input">The pickle.</param>
/// <param name="containers">Makes lists and dictionaries.</param>
/// <param name="tensors">Makes tensors.</param>
/// <param name="numpy">Makes what NumPy's names stand for.</param>
/// <param name="isKnownClass">True for the full names of classes to read as <see cref="PickledObject"/>; may be null.</param>
internal sealed class PickledNames(
    PickleBytes input,
    PickleContainers containers,
    PickledTensors tensors,
    PickledNumpy numpy,
    Func<string, bool>? isKnownClass)
{
    // NumPy 2 has its names in another package.
    private static readonly string[] NumpyPackages = ["numpy.core.", "numpy._core."];

    public object Resolve(string module, string name)
    {
        var fullName = $"{module}.{name}";
        if (module == "torch" && ElementType.OfStorage(name) is { } storage)
            return new PickledName(fullName, NameKind.Storage, storage);
        if (module == "torch" && ElementType.OfName(name) is { } type)
            return type;
        if (KindOf(fullName) is { } kind)
            return new PickledName(fullName, kind);
        if (fullName == "torch._utils._rebuild_tensor_v3")
            throw input.Damaged($"expected tensors of an element type that TorchSharp has, found {fullName}, which stands for others, such as float8 and uint16");
        return isKnownClass?.Invoke(fullName) == true
            ? new PickledName(fullName, NameKind.Module)
            : throw input.Damaged($"expected plain data and tensors, found the Python name {fullName}, which is not read");
    }

    public object? Call(PickledName function, object?[] arguments)
    {
        switch (function.Kind, arguments)
        {
            case (NameKind.OrderedDictionary, []):
                return containers.NewDictionary();
            case (NameKind.OrderedDictionary, [OrderedDictionary<object, object?> counts]): // a Counter
                return counts;
            case (NameKind.OrderedDictionary, [List<object?> pairs]): // as Python 2 has it
                return DictionaryOf(pairs);
            case (NameKind.Tensor, [_, _, _, _, _, _, OrderedDictionary<object, object?> { Count: > 0 } bits, ..]) when bits.Values.Any(bit => bit is not false):
                throw input.Damaged("expected a tensor whose elements are as they are stored, found one that negates or conjugates them");
            case (NameKind.Tensor, [PickledStorage storage, long offset, object?[] size, object?[] stride, ..]):
                return tensors.Read(storage, offset, size, stride);
            case (NameKind.Parameter, [Tensor data, ..]):
                return data;
            case (NameKind.Size, [object?[] size]):
                return size;
            case (NameKind.Device, [string type]):
                return type;
            case (NameKind.Device, [string type, long index]):
                return string.Create(CultureInfo.InvariantCulture, $"{type}:{index}");
            case (NameKind.Set, [List<object?> items]):
                return items;
            case (NameKind.Bytes, []):
                return Array.Empty<byte>();
            case (NameKind.Bytes, [byte[] bytes]):
                return bytes;
            case (NameKind.Bytes or NameKind.EncodedText, [string text, "latin1" or "latin-1"]):
                return numpy.Encode(text);
            case (NameKind.NumpyType, [string { Length: < 20 } code, ..]):
                return new PickledNumpy.Type(code);
            case (NameKind.NumpyArray, [PickledName { Kind: NameKind.NumpyClass }, ..]):
                return new PickledNumpy.Array();
            case (NameKind.NumpyBuffer, [byte[] bytes, PickledNumpy.Type type, object?[] shape, "C" or "F"]):
                return numpy.Read(bytes, type, shape, isFortran: arguments[3] is "F");
            case (NameKind.NumpyScalar, [PickledNumpy.Type type, var bytes]):
                return numpy.Scalar(type, bytes);
            default:
                throw input.Damaged($"expected the arguments of {function.Name}, found others");
        }
    }

    private static NameKind? KindOf(string fullName) => fullName switch
    {
        "collections.OrderedDict" or "collections.Counter" => NameKind.OrderedDictionary,
        "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" => NameKind.Tensor,
        "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" or "torch.nn.parameter.Parameter" => NameKind.Parameter,
        "torch.Size" => NameKind.Size,
        "torch.device" => NameKind.Device,
        "__builtin__.set" or "builtins.set" or "__builtin__.frozenset" or "builtins.frozenset" => NameKind.Set,
        "__builtin__.bytes" or "builtins.bytes" or "__builtin__.bytearray" or "builtins.bytearray" => NameKind.Bytes,
        "_codecs.encode" => NameKind.EncodedText,
        "numpy.dtype" => NameKind.NumpyType,
        "numpy.ndarray" => NameKind.NumpyClass,
        _ => NumpyPackages.FirstOrDefault(package => fullName.StartsWith(package, StringComparison.Ordinal)) is { } package
            ? fullName[package.Length..] switch
            {
                "multiarray._reconstruct" => NameKind.NumpyArray,
                "multiarray.scalar" => NameKind.NumpyScalar,
                "numeric._frombuffer" => NameKind.NumpyBuffer,
                _ => null,
            }
            : null,
    };

    private OrderedDictionary<object, object?> DictionaryOf(List<object?> pairs)
    {
        var dictionary = containers.NewDictionary();
        containers.Count(pairs.Count);
        foreach (var pair in pairs)
        {
            if (pair is not (List<object?> { Count: 2 } or object?[] { Length: 2 }))
                throw input.Damaged("expected pairs of a key and a value, found something else");
            var entry = (System.Collections.IList)pair;
            containers.Set(dictionary, entry[0], entry[1]);
        }

        return dictionary;
    }
}
