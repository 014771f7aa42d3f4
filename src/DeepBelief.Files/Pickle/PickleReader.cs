using System.Buffers.Binary;

namespace DeepBelief.Files;

/// <summary>
/// Reads a pickle as plain data. Python would call anything that a pickle names; here the few names of
/// <see cref="PickledNames"/> are known, and nothing is called.
/// </summary>
/// <remarks>
/// Nothing recurses, so no pickle can exhaust the stack. The limits below are far above any model and keep memory use to a
/// small multiple of the pickle's length.
/// </remarks>
internal sealed class PickleReader
{
    private const int HighestProtocol = 5;
    private const int MostPartsPerByte = 10;
    private const int FewParts = 1000;

    private static readonly object[] SmallIntegers = [.. Enumerable.Range(0, 256).Select(n => (object)(long)n)];

    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(string)] = "a string",
        [typeof(object[])] = "a tuple",
        [typeof(List<object?>)] = "a list",
        [typeof(OrderedDictionary<object, object?>)] = "a dictionary",
        [typeof(PickledName)] = "a Python name",
    };

    private readonly PickleBytes input;
    private readonly int begin;
    private readonly PickleContainers containers;
    private readonly PickledNumpy numpy;
    private readonly PickledNames names;
    private readonly Func<string, object>? find;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private Memoized[] memo = [];
    private int memoized;

    /// <param name="input">Where a pickle of protocol 2 to 5 begins.</param>
    /// <param name="loadStorage">Returns the elements of a storage, <c>[count]</c>.</param>
    /// <param name="isKnownClass">True for the full names of classes to read as <see cref="PickledObject"/>; may be null.</param>
    /// <param name="find">Returns what the file has under a key, where pickles name tensors by keys; may be null.</param>
    public PickleReader(PickleBytes input, Func<PickledStorage, Tensor> loadStorage, Func<string, bool>? isKnownClass = null, Func<string, object>? find = null)
    {
        this.input = input;
        this.find = find;
        begin = input.Position;
        containers = new PickleContainers(input);
        numpy = new PickledNumpy(input);
        names = new PickledNames(input, containers, new PickledTensors(input, loadStorage), numpy, isKnownClass);
    }

    /// <summary>Makes a reader of pickles that have no tensors.</summary>
    /// <param name="input">Where a pickle begins.</param>
    /// <param name="isKnownClass">As above.</param>
    public static PickleReader Plain(PickleBytes input, Func<string, bool>? isKnownClass = null)
        => new(input, storage => throw input.Damaged($"expected no tensors, found one over the storage {storage.Key}"), isKnownClass);

    /// <summary>The tensors in the value read, each once.</summary>
    public IReadOnlyCollection<Tensor> Tensors { get; private set; } = [];

    /// <exception cref="DataFormatException">The pickle is damaged or has unsupported content.</exception>
    public object? Read()
    {
        var result = Follow();
        Tensors = ValueLimits.Check(result, FewParts + ((long)input.Length * MostPartsPerByte));
        return result;
    }

    /// <summary>Reads a tuple whose parts the caller checks, and which may be names; null if the pickle is of something else.</summary>
    /// <exception cref="DataFormatException">The pickle is damaged or has unsupported content.</exception>
    public object?[]? ReadTuple() => Follow() as object?[];

    private object? Follow()
    {
        while (true)
        {
            var code = input.Instruction();
            if (code == '.')
                break;
            Follow(code);
        }

        var result = Pop();
        return stack.Count == 0 && marks.Count == 0 ? result : throw input.Damaged("expected one value, found more");
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
            case (byte)'U':
                Push(input.TextOrBytes(input.Byte()));
                break;
            case (byte)'T':
                Push(input.TextOrBytes(BinaryPrimitives.ReadInt32LittleEndian(input.Take(4))));
                break;
            case (byte)'C':
                Push(input.Take(input.Byte()).ToArray());
                break;
            case (byte)'B':
                Push(input.Take(BinaryPrimitives.ReadUInt32LittleEndian(input.Take(4))).ToArray());
                break;
            case 0x8e or 0x96:
                Push(input.Take(BinaryPrimitives.ReadInt64LittleEndian(input.Take(8))).ToArray());
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
                Push(containers.NewList());
                break;
            case (byte)'a':
                var single = Pop();
                Peek<List<object?>>().Add(single);
                break;
            case (byte)'e':
                AddItems();
                break;
            case 0x8f: // a set, read as a list
                Push(containers.NewList());
                break;
            case 0x90:
                AddItems();
                break;
            case 0x91: // a frozen set
                var frozen = containers.NewList();
                frozen.AddRange(PopItems());
                Push(frozen);
                break;
            case (byte)'}':
                Push(containers.NewDictionary());
                break;
            case (byte)'s':
                var (value, key) = (Pop(), Pop());
                containers.Set(Peek<OrderedDictionary<object, object?>>(), key, value);
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
                Push(names.Resolve(input.Line(), input.Line()));
                break;
            case 0x93:
                var (name, module) = (Pop<string>(), Pop<string>());
                Push(names.Resolve(module, name));
                break;
            case (byte)'Q':
                Push(Persistent(Pop()));
                break;
            case (byte)'R':
                var arguments = Pop<object?[]>();
                Push(names.Call(Pop<PickledName>(), arguments));
                break;
            case 0x81:
                var none = Pop<object?[]>();
                if (Pop<PickledName>() is not { Kind: NameKind.Module } type || none.Length > 0)
                    throw input.Damaged("expected a module of PyTorch without arguments, found something else");
                Push(containers.NewObject(type.Name));
                break;
            case (byte)'b':
                Build();
                break;
            default:
                throw input.Damaged($"expected an instruction of a PyTorch state file, found 0x{code:x2}");
        }
    }

    // Ignores attributes of dictionaries, such as a state dict's _metadata, and of tensors: they say nothing about the elements.
    private void Build()
    {
        var state = Pop();
        switch (Peek(), state)
        {
            case (OrderedDictionary<object, object?> or Tensor, _):
                break;
            case (PickledObject module, OrderedDictionary<object, object?> attributes):
                module.Attributes = attributes;
                break;
            case (PickledNumpy.Type type, object?[] order):
                numpy.Build(type, order);
                break;
            case (PickledNumpy.Array array, object?[] content):
                stack[^1] = numpy.Build(array, content);
                break;
            default:
                throw input.Damaged("expected attributes of a dictionary or a module, found those of something else");
        }
    }

    // What is not in the pickle, but beside it in the file.
    private object Persistent(object? id) => id switch
    {
        string key when find is not null => find(key),
        // Files of before PyTorch 1.6 mark the classes of modules so, with their source text.
        object?[] and ["module", PickledName { Kind: NameKind.Module } type, ..] => type,
        object?[] parts => PickledStorage.Of(parts) ?? throw input.Damaged("expected the name of a storage, found something else"),
        _ => throw input.Damaged($"expected the name of a storage, found {ConfigSection.Describe(id)}"),
    };

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
            containers.Set(dictionary, items[i], items[i + 1]);
    }

    private object?[] Tuple(int length)
    {
        if (length > stack.Count - Floor)
            throw input.Damaged($"expected {length} values, found {stack.Count - Floor}");
        var items = containers.NewTuple(length);
        stack.CopyTo(stack.Count - length, items, 0, length);
        stack.RemoveRange(stack.Count - length, length);
        return items;
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
        // Python numbers memos consecutively, so a number beyond the bytes read so far means damage.
        var read = input.Position - begin;
        if (key >= read)
            throw input.Damaged($"expected a memo below {read}, found {key}");
        if (key >= memo.Length)
            Array.Resize(ref memo, (int)Math.Max(key + 1, 2L * memo.Length));
        if (!memo[key].Set)
            memoized++;
        memo[key] = new Memoized(value, true);
    }

    private object? Recall(long key)
    {
        if (key >= memo.Length || memo[key] is not { Set: true } known)
            throw input.Damaged($"expected a value under memo {key}, found none");
        return known.Value is PickledNumpy.Array { Tensor: { } tensor } ? tensor : known.Value;
    }

    private readonly record struct Memoized(object? Value, bool Set);
}
