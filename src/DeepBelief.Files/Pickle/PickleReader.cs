using System.Buffers.Binary;

namespace DeepBelief.Files;

/// <summary>
/// Reads a pickle as plain data. Python would call anything that a pickle names; this class knows only the few names for
/// tensors and ordered dictionaries, each a case below.
/// </summary>
/// <remarks>
/// Nothing recurses, so no pickle can exhaust the stack. The limits below are far above any model and keep memory use to a
/// small multiple of the pickle's length.
/// </remarks>
internal sealed class PickleReader
{
    private const int HighestProtocol = 5;
    private const int MostContainers = 1 << 20;
    private const int MostPartsPerByte = 10;
    private const int FewParts = 1000;

    private static readonly object[] SmallIntegers = [.. Enumerable.Range(0, 256).Select(n => (object)(long)n)];

    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(string)] = "a string",
        [typeof(object[])] = "a tuple",
        [typeof(List<object?>)] = "a list",
        [typeof(OrderedDictionary<object, object?>)] = "a dictionary",
        [typeof(Global)] = "a Python name",
    };

    private readonly Func<string, bool>? isKnownClass;
    private readonly PickleBytes input;
    private readonly PickledTensors tensors;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private Memoized[] memo = [];
    private int memoized;
    private int containers;

    /// <param name="bytes">The pickle, of protocol 2 to 5.</param>
    /// <param name="loadStorage">Returns the elements of a storage, <c>[count]</c>.</param>
    /// <param name="isKnownClass">True for the full names of classes to read as <see cref="PickledObject"/>; may be null.</param>
    public PickleReader(byte[] bytes, Func<Storage, Tensor> loadStorage, Func<string, bool>? isKnownClass = null)
    {
        this.isKnownClass = isKnownClass;
        input = new PickleBytes(bytes);
        tensors = new PickledTensors(input, loadStorage);
    }

    /// <summary>The tensors in the value read, each once.</summary>
    public IReadOnlyCollection<Tensor> Tensors { get; private set; } = [];

    /// <exception cref="DataFormatException">The pickle is damaged or has unsupported content.</exception>
    public object? Read()
    {
        while (true)
        {
            var code = input.Instruction();
            if (code == '.')
                break;
            Follow(code);
        }

        var result = Pop();
        if (stack.Count > 0 || marks.Count > 0)
            throw input.Damaged("expected one value, found more");
        Tensors = ValueLimits.Check(result, FewParts + ((long)input.Length * MostPartsPerByte));
        return result;
    }

    private void Follow(byte code)
    {
        switch (code)
        {
            case 0x80:
                if (input.Byte() is var protocol && protocol > HighestProtocol)
                    throw input.Damaged($"expected a protocol up to {HighestProtocol}, found {protocol}");
                break;
            case 0x95: // FRAME: a length, not needed here
                _ = input.Take(8);
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
                Push(SmallIntegers[input.Byte()]);
                break;
            case (byte)'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(input.Take(2)));
                break;
            case (byte)'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(input.Take(4)));
                break;
            case 0x8a:
                Push(input.LongInteger());
                break;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(input.Take(8)));
                break;
            case (byte)'X':
                Push(input.Text(BinaryPrimitives.ReadUInt32LittleEndian(input.Take(4))));
                break;
            case 0x8c:
                Push(input.Text(input.Byte()));
                break;
            case 0x8d:
                Push(input.Text(BinaryPrimitives.ReadInt64LittleEndian(input.Take(8))));
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
            case 0x8f when isKnownClass is not null: // a set, read as a list; only objects have sets, and none of them matters
                Push(NewList());
                break;
            case 0x90 when isKnownClass is not null:
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
                Memoize(input.Byte());
                break;
            case (byte)'r':
                Memoize(BinaryPrimitives.ReadUInt32LittleEndian(input.Take(4)));
                break;
            case 0x94:
                Memoize(memoized);
                break;
            case (byte)'h':
                Push(Recall(input.Byte()));
                break;
            case (byte)'j':
                Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(input.Take(4))));
                break;
            case (byte)'c':
                Push(Resolve(input.Line(), input.Line()));
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
                    throw input.Damaged("expected a module of PyTorch without arguments, found something else");
                Count();
                Push(new PickledObject(type.Name));
                break;
            case (byte)'b':
                Build();
                break;
            default:
                throw input.Damaged($"expected an instruction of a PyTorch state file, found 0x{code:x2}");
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
            "torch._utils._rebuild_tensor_v3" => throw input.Damaged(
                $"expected tensors of an element type that TorchSharp has, found {fullName}, which stands for others, such as float8 and uint16"),
            "__builtin__.set" or "builtins.set" when isKnownClass is not null => new Global(fullName, GlobalKind.Set),
            _ when isKnownClass?.Invoke(fullName) == true => new Global(fullName, GlobalKind.Module),
            _ => throw input.Damaged($"expected plain data and tensors, found the Python name {fullName}, which is not read"),
        };
    }

    private object? Call(Global function, object?[] arguments)
    {
        switch (function.Kind, arguments)
        {
            case (GlobalKind.OrderedDictionary, []):
                return NewDictionary();
            case (GlobalKind.Tensor, [_, _, _, _, _, _, OrderedDictionary<object, object?> { Count: > 0 } bits, ..]) when bits.Values.Any(bit => bit is not false):
                throw input.Damaged("expected a tensor whose elements are as they are stored, found one that negates or conjugates them");
            case (GlobalKind.Tensor, [Storage storage, long offset, object?[] size, object?[] stride, ..]):
                return tensors.Read(storage, offset, size, stride);
            case (GlobalKind.Parameter, [Tensor data, ..]):
                return data;
            case (GlobalKind.Size, [object?[] size]):
                return size;
            case (GlobalKind.Set, [List<object?> items]):
                return items;
            default:
                throw input.Damaged($"expected the arguments of {function.Name}, found others");
        }
    }

    // Ignores attributes of dictionaries (such as a state dict's _metadata), which say nothing about the tensors.
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
                throw input.Damaged("expected attributes of a dictionary or a module, found those of something else");
        }
    }

    private Storage StorageFrom(object?[] id)
        => id is ["storage", Global { Storage: { } type }, string key, string, long count, ..]
            ? new Storage(key, type, count)
            : throw input.Damaged("expected the name of a storage, found something else");

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
            throw input.Damaged("expected keys and values, found a key without a value");
        for (var i = 0; i < items.Count; i += 2)
            Set(dictionary, items[i], items[i + 1]);
    }

    private void Set(OrderedDictionary<object, object?> dictionary, object? key, object? value)
    {
        if (key is not (string or long or double or bool))
            throw input.Damaged("expected a string or a number as a key, found something else");
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
            throw input.Damaged($"expected {length} values, found {stack.Count - Floor}");
        var items = new object?[length];
        stack.CopyTo(stack.Count - length, items, 0, length);
        stack.RemoveRange(stack.Count - length, length);
        return items;
    }

    private void Count()
    {
        if (++containers > MostContainers)
            throw input.Damaged($"expected at most {MostContainers} lists, tuples and dictionaries, found more");
    }

    // Values below the last mark stay untouched until that mark is popped.
    private int Floor => marks.TryPeek(out var mark) ? mark : 0;

    private void Push(object? value) => stack.Add(value);

    private object? Pop()
    {
        var value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private T Pop<T>() => Pop() is T value ? value : throw Unexpected<T>();

    private object? Peek() => stack.Count > Floor ? stack[^1] : throw input.Damaged("expected a value, found none");

    private T Peek<T>() => Peek() is T value ? value : throw Unexpected<T>();

    private DataFormatException Unexpected<T>()
        => input.Damaged($"expected {Names[typeof(T)]}, found something else");

    private int PopMark() => marks.TryPop(out var mark) ? mark : throw input.Damaged("expected a mark, found none");

    private void Memoize(long key)
    {
        var value = Peek();
        // Python numbers memos consecutively, so a number beyond the pickle's length means damage.
        if (key >= input.Length)
            throw input.Damaged($"expected a memo below {input.Length}, found {key}");
        if (key >= memo.Length)
            Array.Resize(ref memo, (int)Math.Min(input.Length, Math.Max(key + 1, 2L * memo.Length)));
        if (!memo[key].Set)
            memoized++;
        memo[key] = new Memoized(value, true);
    }

    private object? Recall(long key)
        => key < memo.Length && memo[key] is { Set: true } known ? known.Value : throw input.Damaged($"expected a value under memo {key}, found none");

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
