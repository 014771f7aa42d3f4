using System.Buffers.Binary;
using System.Text;

namespace DeepBelief.Persistence;

/// <summary>
/// Reads a pickle as plain data. Python would call whatever a pickle names; here only the few names that stand for tensors
/// and ordered dictionaries mean anything, and each is a case below.
/// </summary>
/// <param name="bytes">The pickle, of protocol 2 to 5.</param>
/// <param name="loadStorage">Gives the elements of a storage, <c>[count]</c>.</param>
internal sealed class PickleReader(byte[] bytes, Func<PickleReader.Storage, Tensor> loadStorage)
{
    private const int HighestProtocol = 5;

    private static readonly object Mark = new();
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stack<object?> stack = new();
    private readonly Dictionary<long, object?> memo = [];
    private int position;

    /// <summary>Every tensor that was made.</summary>
    public List<Tensor> Tensors { get; } = [];

    /// <summary>Reads the one value that the pickle holds.</summary>
    /// <exception cref="DataFormatException">It holds something else, or is damaged.</exception>
    public object? Read()
    {
        while (true)
        {
            var start = position;
            var code = Byte();
            switch (code)
            {
                case 0x80:
                    if (Byte() > HighestProtocol)
                        throw Damaged($"expected a protocol up to {HighestProtocol}, found {bytes[start + 1]}", start);
                    break;
                case 0x95: // FRAME: the length of what follows, of no use here
                    _ = Take(8);
                    break;
                case (byte)'.':
                    var result = Pop();
                    return stack.Count == 0 ? result : throw Damaged("expected one value, found more", start);
                case (byte)'(':
                    stack.Push(Mark);
                    break;
                case (byte)'0':
                    _ = Pop();
                    break;
                case (byte)'N':
                    stack.Push(null);
                    break;
                case 0x88:
                    stack.Push(true);
                    break;
                case 0x89:
                    stack.Push(false);
                    break;
                case (byte)'K':
                    stack.Push((long)Byte());
                    break;
                case (byte)'M':
                    stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case (byte)'J':
                    stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case 0x8a:
                    stack.Push(LongInteger(start));
                    break;
                case (byte)'G':
                    stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case (byte)'X':
                    stack.Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), start));
                    break;
                case 0x8c:
                    stack.Push(Text(Byte(), start));
                    break;
                case 0x8d:
                    stack.Push(Text(BinaryPrimitives.ReadInt64LittleEndian(Take(8)), start));
                    break;
                case (byte)']':
                    stack.Push(new List<object?>());
                    break;
                case (byte)'a':
                    var single = Pop();
                    Peek<List<object?>>(start).Add(single);
                    break;
                case (byte)'e':
                    var items = PopToMark(start);
                    Peek<List<object?>>(start).AddRange(items);
                    break;
                case (byte)'}':
                    stack.Push(new OrderedDictionary<object, object?>());
                    break;
                case (byte)'s':
                    var (value, key) = (Pop(), Pop());
                    Set(Peek<OrderedDictionary<object, object?>>(start), key, value, start);
                    break;
                case (byte)'u':
                    var pairs = PopToMark(start);
                    var dictionary = Peek<OrderedDictionary<object, object?>>(start);
                    if (pairs.Length % 2 != 0)
                        throw Damaged("expected keys and values, found a key without a value", start);
                    for (var i = 0; i < pairs.Length; i += 2)
                        Set(dictionary, pairs[i], pairs[i + 1], start);
                    break;
                case (byte)')':
                    stack.Push(Array.Empty<object?>());
                    break;
                case (byte)'t':
                    stack.Push(PopToMark(start));
                    break;
                case 0x85 or 0x86 or 0x87:
                    var tuple = new object?[code - 0x84];
                    for (var i = tuple.Length - 1; i >= 0; i--)
                        tuple[i] = Pop();
                    stack.Push(tuple);
                    break;
                case (byte)'q':
                    memo[Byte()] = Peek(start);
                    break;
                case (byte)'r':
                    memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(start);
                    break;
                case 0x94:
                    memo[memo.Count] = Peek(start);
                    break;
                case (byte)'h':
                    stack.Push(Recall(Byte(), start));
                    break;
                case (byte)'j':
                    stack.Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), start));
                    break;
                case (byte)'c':
                    stack.Push(Resolve(Line(), Line(), start));
                    break;
                case 0x93:
                    var (name, module) = (Pop<string>(start), Pop<string>(start));
                    stack.Push(Resolve(module, name, start));
                    break;
                case (byte)'Q':
                    stack.Push(StorageFrom(Pop<object?[]>(start), start));
                    break;
                case (byte)'R':
                    var arguments = Pop<object?[]>(start);
                    stack.Push(Call(Pop<Global>(start), arguments, start));
                    break;
                case (byte)'b': // BUILD: attributes of a state dict, such as _metadata; not needed
                    _ = Pop();
                    _ = Peek<OrderedDictionary<object, object?>>(start);
                    break;
                default:
                    throw Damaged($"expected an instruction of a PyTorch state file, found 0x{code:x2}", start);
            }
        }
    }

    private static Global Resolve(string module, string name, int start)
    {
        if (module == "torch" && StorageType.TypeOf(name) is { } type)
            return new Global(name, type);
        return (module, name) switch
        {
            ("collections", "OrderedDict") or
            ("torch._utils", "_rebuild_tensor_v2") or
            ("torch._utils", "_rebuild_parameter") => new Global(name, null),
            _ => throw Damaged($"expected plain data and tensors, found the Python name {module}.{name}, which is not read", start),
        };
    }

    private object Call(Global function, object?[] arguments, int start)
    {
        switch (function.Name, arguments)
        {
            case ("OrderedDict", []):
                return new OrderedDictionary<object, object?>();
            case ("_rebuild_tensor_v2", [Storage storage, long offset, object?[] size, object?[] stride, ..]):
                return TensorFrom(storage, offset, Integers(size, start), Integers(stride, start), start);
            case ("_rebuild_parameter", [Tensor data, ..]):
                return data;
            default:
                throw Damaged($"expected the arguments of {function.Name}, found others", start);
        }
    }

    private static long[] Integers(object?[] items, int start)
        => items.All(item => item is long)
            ? [.. items.Cast<long>()]
            : throw Damaged("expected a tensor's sizes and strides, found something else", start);

    private Tensor TensorFrom(Storage storage, long offset, long[] size, long[] stride, int start)
    {
        var values = loadStorage(storage);
        if (size.Length != stride.Length || offset < 0 || size.Any(n => n < 0) || stride.Any(n => n < 0))
            throw Damaged($"expected sizes, strides and an offset of 0 or more, found [{string.Join(", ", size)}], [{string.Join(", ", stride)}] and {offset}", start);
        if (!size.Contains(0))
        {
            // Int128: a hostile size times a hostile stride must not wrap around into the storage.
            Int128 last = offset;
            for (var i = 0; i < size.Length; i++)
                last += (Int128)(size[i] - 1) * stride[i];
            if (last >= values.numel())
                throw Damaged($"storage {storage.Key}: expected at least {last + 1} elements, found {values.numel()}", start);
            if (size.Aggregate((Int128)1, (product, n) => product * n) > values.numel())
                throw Damaged($"storage {storage.Key}: expected no more elements in a tensor than the {values.numel()} of the storage, found sizes [{string.Join(", ", size)}]", start);
        }

        var tensor = size.Contains(0) ? torch.zeros(size, values.dtype) : values.as_strided(size, stride, offset);
        Tensors.Add(tensor);
        return tensor;
    }

    private static Storage StorageFrom(object?[] id, int start)
        => id is ["storage", Global { Type: { } type }, string key, string, long count, ..]
            ? new Storage(key, type, count)
            : throw Damaged("expected the name of a storage, found something else", start);

    private static void Set(OrderedDictionary<object, object?> dictionary, object? key, object? value, int start)
    {
        if (key is not (string or long or double or bool))
            throw Damaged("expected a string or a number as a key, found something else", start);
        dictionary[key] = value;
    }

    private long LongInteger(int start)
    {
        var length = Byte();
        if (length > 8)
            throw Damaged($"expected an integer of at most 8 bytes, found one of {length}", start);
        var digits = Take(length);
        long number = length > 0 && (digits[^1] & 0x80) != 0 ? -1 : 0;
        for (var i = length - 1; i >= 0; i--)
            number = (number << 8) | digits[i];
        return number;
    }

    private string Text(long length, int start)
    {
        try
        {
            return StrictUtf8.GetString(Take(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException($"Entry data.pkl, byte {start}: expected UTF-8 text, found other bytes.", e);
        }
    }

    private string Line()
    {
        var length = bytes.AsSpan(position).IndexOf((byte)'\n');
        if (length < 0)
            throw Damaged("expected a line, found the end", position);
        var line = Encoding.Latin1.GetString(bytes, position, length);
        position += length + 1;
        return line;
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - position)
            throw Damaged($"expected {count} more bytes, found {bytes.Length - position}", position);
        var span = bytes.AsSpan(position, (int)count);
        position += (int)count;
        return span;
    }

    private object? Pop()
        => stack.TryPop(out var value) && !ReferenceEquals(value, Mark) ? value : throw Damaged("expected a value, found none", position);

    private T Pop<T>(int start)
        => Pop() is T value ? value : throw Damaged($"expected {typeof(T).Name}, found something else", start);

    private object? Peek(int start)
        => stack.TryPeek(out var value) && !ReferenceEquals(value, Mark) ? value : throw Damaged("expected a value, found none", start);

    private T Peek<T>(int start)
        => Peek(start) is T value ? value : throw Damaged($"expected {typeof(T).Name}, found something else", start);

    private object?[] PopToMark(int start)
    {
        var items = new List<object?>();
        while (stack.TryPop(out var value))
        {
            if (ReferenceEquals(value, Mark))
            {
                items.Reverse();
                return [.. items];
            }

            items.Add(value);
        }

        throw Damaged("expected a mark, found none", start);
    }

    private object? Recall(long key, int start)
        => memo.TryGetValue(key, out var value) ? value : throw Damaged($"expected a value under memo {key}, found none", start);

    private static DataFormatException Damaged(string what, int at) => new($"Entry data.pkl, byte {at}: {what}.");

    /// <summary>A storage as the pickle names it.</summary>
    internal sealed record Storage(string Key, ScalarType Type, long Count);

    private sealed record Global(string Name, ScalarType? Type);
}
