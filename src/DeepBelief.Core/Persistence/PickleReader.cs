using System.Buffers.Binary;
using System.Text;

namespace DeepBelief.Persistence;

/// <summary>
/// Reads a pickle as plain data. Python would call whatever a pickle names; here only the few names that stand for tensors
/// and ordered dictionaries mean anything, and each is a case below.
/// </summary>
/// <remarks>
/// Nothing here recurses, so that no pickle can exhaust the stack; and each limit below is far beyond any model, and keeps
/// the memory that a pickle can ask for at a small multiple of its length.
/// </remarks>
/// <param name="bytes">The pickle, of protocol 2 to 5.</param>
/// <param name="loadStorage">Gives the elements of a storage, <c>[count]</c>.</param>
/// <param name="modules">Whether objects of PyTorch's own modules are read, too, as <see cref="PickledObject"/>.</param>
internal sealed class PickleReader(byte[] bytes, Func<PickleReader.Storage, Tensor> loadStorage, bool modules = false)
{
    private const int HighestProtocol = 5;
    private const int MostDimensions = 64;
    private const int MostContainers = 1 << 20;
    private const int MostPartsPerByte = 10;
    private const int FewTensors = 1000;
    private const int FewestBytesPerTensor = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly object[] SmallIntegers = [.. Enumerable.Range(0, 256).Select(n => (object)(long)n)];

    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(string)] = "a string",
        [typeof(object[])] = "a tuple",
        [typeof(List<object?>)] = "a list",
        [typeof(OrderedDictionary<object, object?>)] = "a dictionary",
        [typeof(Global)] = "a Python name",
    };

    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private readonly List<Tensor> tensors = [];
    private Memoized[] memo = [];
    private int memoized;
    private int containers;
    private int position;

    // Where the instruction begins that is being followed.
    private int start;

    /// <summary>The tensors in the value that was read, each once.</summary>
    public IReadOnlyCollection<Tensor> Tensors { get; private set; } = [];

    /// <summary>Reads the one value that the pickle holds.</summary>
    /// <exception cref="DataFormatException">It holds something else, or is damaged.</exception>
    public object? Read()
    {
        while (true)
        {
            start = position;
            var code = Byte();
            if (code == '.')
                break;
            Follow(code);
        }

        var result = Pop();
        if (stack.Count > 0 || marks.Count > 0)
            throw Damaged("expected one value, found more");
        Tensors = ValueLimits.Check(result, FewTensors + ((long)bytes.Length * MostPartsPerByte));
        return result;
    }

    private void Follow(byte code)
    {
        switch (code)
        {
            case 0x80:
                if (Byte() > HighestProtocol)
                    throw Damaged($"expected a protocol up to {HighestProtocol}, found {bytes[start + 1]}");
                break;
            case 0x95: // FRAME: the length of what follows, of no use here
                _ = Take(8);
                break;
            case (byte)'(':
                marks.Push(stack.Count);
                break;
            case (byte)'0':
                _ = Pop();
                break;
            case (byte)'N':
                Push(null);
                break;
            case 0x88:
                Push(true);
                break;
            case 0x89:
                Push(false);
                break;
            case (byte)'K':
                Push(SmallIntegers[Byte()]);
                break;
            case (byte)'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case (byte)'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case 0x8a:
                Push(LongInteger());
                break;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case (byte)'X':
                Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case 0x8c:
                Push(Text(Byte()));
                break;
            case 0x8d:
                Push(Text(BinaryPrimitives.ReadInt64LittleEndian(Take(8))));
                break;
            case (byte)']':
                Push(NewList());
                break;
            case (byte)'a':
                var single = Pop();
                Peek<List<object?>>().Add(single);
                break;
            case (byte)'e':
                AddItems();
                break;
            case 0x8f when modules: // a set, as a list: only modules have them, and none matters
                Push(NewList());
                break;
            case 0x90 when modules:
                AddItems();
                break;
            case (byte)'}':
                Push(NewDictionary());
                break;
            case (byte)'s':
                var (value, key) = (Pop(), Pop());
                Set(Peek<OrderedDictionary<object, object?>>(), key, value);
                break;
            case (byte)'u':
                SetItems();
                break;
            case (byte)')':
                Push(Array.Empty<object?>());
                break;
            case (byte)'t':
                Push(Tuple(stack.Count - PopMark()));
                break;
            case 0x85 or 0x86 or 0x87:
                Push(Tuple(code - 0x84));
                break;
            case (byte)'q':
                Memoize(Byte());
                break;
            case (byte)'r':
                Memoize(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case 0x94:
                Memoize(memoized);
                break;
            case (byte)'h':
                Push(Recall(Byte()));
                break;
            case (byte)'j':
                Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case (byte)'c':
                Push(Resolve(Line(), Line()));
                break;
            case 0x93:
                var (name, module) = (Pop<string>(), Pop<string>());
                Push(Resolve(module, name));
                break;
            case (byte)'Q':
                Push(StorageFrom(Pop<object?[]>()));
                break;
            case (byte)'R':
                var arguments = Pop<object?[]>();
                Push(Call(Pop<Global>(), arguments));
                break;
            case 0x81:
                var none = Pop<object?[]>();
                if (Pop<Global>() is not { Kind: GlobalKind.Module } type || none.Length > 0)
                    throw Damaged("expected a module of PyTorch without arguments, found something else");
                Count();
                Push(new PickledObject(type.Name));
                break;
            case (byte)'b':
                Build();
                break;
            default:
                throw Damaged($"expected an instruction of a PyTorch state file, found 0x{code:x2}");
        }
    }

    private object Resolve(string module, string name)
    {
        var fullName = $"{module}.{name}";
        if (module == "torch" && ElementType.OfStorage(name) is { } storage)
            return new Global(fullName, GlobalKind.Storage, storage);
        if (module == "torch" && ElementType.OfName(name) is { } type)
            return type;
        return fullName switch
        {
            "collections.OrderedDict" => new Global(fullName, GlobalKind.OrderedDictionary),
            "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" => new Global(fullName, GlobalKind.Tensor),
            "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" => new Global(fullName, GlobalKind.Parameter),
            "torch.Size" => new Global(fullName, GlobalKind.Size),
            "torch._utils._rebuild_tensor_v3" => throw Damaged(
                $"expected tensors of an element type that TorchSharp has, found {fullName}, which stands for others, such as float8 and uint16"),
            "__builtin__.set" or "builtins.set" when modules => new Global(fullName, GlobalKind.Set),
            _ when modules && PickledModules.IsKnown(fullName) => new Global(fullName, GlobalKind.Module),
            _ => throw Damaged($"expected plain data and tensors, found the Python name {fullName}, which is not read"),
        };
    }

    private object? Call(Global function, object?[] arguments)
    {
        switch (function.Kind, arguments)
        {
            case (GlobalKind.OrderedDictionary, []):
                return NewDictionary();
            case (GlobalKind.Tensor, [_, _, _, _, _, _, OrderedDictionary<object, object?> { Count: > 0 } bits, ..]) when bits.Values.Any(bit => bit is not false):
                throw Damaged("expected a tensor whose elements are as they are stored, found one that negates or conjugates them");
            case (GlobalKind.Tensor, [Storage storage, long offset, object?[] size, object?[] stride, ..]):
                return TensorFrom(storage, offset, Integers(size), Integers(stride));
            case (GlobalKind.Parameter, [Tensor data, ..]):
                return data;
            case (GlobalKind.Size, [object?[] size]):
                return size;
            case (GlobalKind.Set, [List<object?> items]):
                return items;
            default:
                throw Damaged($"expected the arguments of {function.Name}, found others");
        }
    }

    // Of dictionaries the attributes (such as a state dict's _metadata) say nothing about the tensors.
    private void Build()
    {
        var state = Pop();
        switch (Peek(), state)
        {
            case (OrderedDictionary<object, object?>, _):
                break;
            case (PickledObject module, OrderedDictionary<object, object?> attributes):
                module.Attributes = attributes;
                break;
            default:
                throw Damaged("expected attributes of a dictionary or a module, found those of something else");
        }
    }

    private long[] Integers(object?[] items)
        => items.Length <= MostDimensions && items.All(item => item is long)
            ? [.. items.Cast<long>()]
            : throw Damaged($"expected at most {MostDimensions} sizes or strides, found {items.Length} values or other things");

    private Tensor TensorFrom(Storage storage, long offset, long[] size, long[] stride)
    {
        if (tensors.Count >= FewTensors + (bytes.Length / FewestBytesPerTensor))
            throw Damaged($"expected at most {tensors.Count} tensors in a pickle of {bytes.Length} bytes, found more");
        var values = loadStorage(storage);
        CheckExtent(storage, values.numel(), offset, size, stride);
        var tensor = values.as_strided(size, stride, offset);
        tensors.Add(tensor);
        return tensor;
    }

    private void CheckExtent(Storage storage, long count, long offset, long[] size, long[] stride)
    {
        var layout = $"sizes [{string.Join(", ", size)}], strides [{string.Join(", ", stride)}] and offset {offset}";
        if (size.Length != stride.Length || offset < 0 || size.Any(n => n < 0) || stride.Any(n => n < 0))
            throw Damaged($"storage {storage.Key}: expected as many sizes as strides, all 0 or more, found {layout}");

        // Int128: neither the product nor a size times a stride may wrap around, even with 64 of them.
        Int128 elements = 1;
        foreach (var n in size)
        {
            elements *= Math.Max(n, 1);
            if (elements > long.MaxValue)
                throw Damaged($"storage {storage.Key}: expected a number of elements of 63 bits, found {layout}");
        }

        if (size.Contains(0))
            return;
        Int128 last = offset;
        for (var i = 0; i < size.Length; i++)
            last += (Int128)(size[i] - 1) * stride[i];
        if (last >= count)
            throw Damaged($"storage {storage.Key}: expected at least {last + 1} elements for {layout}, found {count}");
    }

    private Storage StorageFrom(object?[] id)
        => id is ["storage", Global { Storage: { } type }, string key, string, long count, ..]
            ? new Storage(key, type, count)
            : throw Damaged("expected the name of a storage, found something else");

    private List<object?> PopItems()
    {
        var first = PopMark();
        var items = stack[first..];
        stack.RemoveRange(first, items.Count);
        return items;
    }

    private void AddItems()
    {
        var items = PopItems();
        Peek<List<object?>>().AddRange(items);
    }

    private void SetItems()
    {
        var items = PopItems();
        var dictionary = Peek<OrderedDictionary<object, object?>>();
        if (items.Count % 2 != 0)
            throw Damaged("expected keys and values, found a key without a value");
        for (var i = 0; i < items.Count; i += 2)
            Set(dictionary, items[i], items[i + 1]);
    }

    private void Set(OrderedDictionary<object, object?> dictionary, object? key, object? value)
    {
        if (key is not (string or long or double or bool))
            throw Damaged("expected a string or a number as a key, found something else");
        dictionary[key] = value;
    }

    private List<object?> NewList()
    {
        Count();
        return [];
    }

    private OrderedDictionary<object, object?> NewDictionary()
    {
        Count();
        return new(KeyComparer.Instance);
    }

    private object?[] Tuple(int length)
    {
        Count();
        if (length > stack.Count - Floor)
            throw Damaged($"expected {length} values, found {stack.Count - Floor}");
        var items = new object?[length];
        stack.CopyTo(stack.Count - length, items, 0, length);
        stack.RemoveRange(stack.Count - length, length);
        return items;
    }

    private void Count()
    {
        if (++containers > MostContainers)
            throw Damaged($"expected at most {MostContainers} lists, tuples and dictionaries, found more");
    }

    private long LongInteger()
    {
        var length = Byte();
        if (length > 8)
            throw Damaged($"expected an integer of at most 8 bytes, found one of {length}");
        var digits = Take(length);
        long number = length > 0 && (digits[^1] & 0x80) != 0 ? -1 : 0;
        for (var i = length - 1; i >= 0; i--)
            number = (number << 8) | digits[i];
        return number;
    }

    private string Text(long length)
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
        if (length is < 0 or > 1000)
            throw Damaged("expected a line with a name, found none");
        var line = Encoding.Latin1.GetString(bytes, position, length);
        position += length + 1;
        return line;
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - position)
            throw Damaged($"expected {count} more bytes, found {bytes.Length - position}");
        var span = bytes.AsSpan(position, (int)count);
        position += (int)count;
        return span;
    }

    // Below it lie values that wait for what stands after the last mark.
    private int Floor => marks.TryPeek(out var mark) ? mark : 0;

    private void Push(object? value) => stack.Add(value);

    private object? Pop()
    {
        var value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private T Pop<T>() => Pop() is T value ? value : throw Unexpected<T>();

    private object? Peek() => stack.Count > Floor ? stack[^1] : throw Damaged("expected a value, found none");

    private T Peek<T>() => Peek() is T value ? value : throw Unexpected<T>();

    private DataFormatException Unexpected<T>()
        => Damaged($"expected {Names[typeof(T)]}, found something else");

    private int PopMark() => marks.TryPop(out var mark) ? mark : throw Damaged("expected a mark, found none");

    private void Memoize(long key)
    {
        var value = Peek();
        // Python numbers them one after the other; a number beyond the pickle's length can only be damage.
        if (key >= bytes.Length)
            throw Damaged($"expected a memo below {bytes.Length}, found {key}");
        if (key >= memo.Length)
            Array.Resize(ref memo, (int)Math.Min(bytes.Length, Math.Max(key + 1, 2L * memo.Length)));
        if (!memo[key].Set)
            memoized++;
        memo[key] = new Memoized(value, true);
    }

    private object? Recall(long key)
        => key < memo.Length && memo[key] is { Set: true } known ? known.Value : throw Damaged($"expected a value under memo {key}, found none");

    private DataFormatException Damaged(string what) => new($"Entry data.pkl, byte {start}: {what}.");

    /// <summary>A storage as the pickle names it.</summary>
    internal sealed record Storage(string Key, ScalarType Type, long Count);

    private enum GlobalKind
    {
        Storage,
        OrderedDictionary,
        Tensor,
        Parameter,
        Size,
        Set,
        Module,
    }

    private sealed record Global(string Name, GlobalKind Kind, ScalarType? Storage = null);

    private readonly record struct Memoized(object? Value, bool Set);
}
