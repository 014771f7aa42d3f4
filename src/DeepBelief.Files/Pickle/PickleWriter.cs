using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace DeepBelief.Files;

/// <summary>Writes plain values like <c>torch.save</c>, in protocol 2: tensors as calls that rebuild them from storages.</summary>
internal sealed class PickleWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> output = new();

    public PickleWriter(object? value)
    {
        AddTensors(value, 0);
        Raw([0x80, 2]);
        WriteValue(value);
        Op('.');
    }

    public TensorStorages Storages { get; } = new();

    public ReadOnlySpan<byte> Bytes => output.WrittenSpan;

    private void AddTensors(object? value, int depth)
    {
        if (depth > ValueLimits.MostNested)
            throw new ArgumentException($"Expected values nested at most {ValueLimits.MostNested} deep, found deeper ones, or one that holds itself.", nameof(value));
        switch (value)
        {
            case Tensor tensor:
                Storages.Add(tensor);
                break;
            case byte[]:
                break;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                    AddTensors(entry.Value, depth + 1);
                break;
            case ICollection items:
                foreach (var item in items)
                    AddTensors(item, depth + 1);
                break;
            default:
                break;
        }
    }

    private void WriteValue(object? value)
    {
        switch (value)
        {
            case null:
                Op('N');
                break;
            case bool flag:
                Op(flag ? (char)0x88 : (char)0x89);
                break;
            case int number:
                WriteInteger(number);
                break;
            case long number:
                WriteInteger(number);
                break;
            case double number:
                WriteDouble(number);
                break;
            case string text:
                WriteString(text);
                break;
            case byte[] bytes:
                WriteBytes(bytes);
                break;
            case ScalarType type:
                WriteGlobal("torch", ElementType.Name(type));
                break;
            case Tensor tensor:
                WriteTensor(tensor);
                break;
            case object?[] tuple when tuple.GetType() == typeof(object[]):
                WriteTuple(tuple);
                break;
            case IDictionary dictionary:
                WriteDictionary(dictionary);
                break;
            case ICollection list:
                WriteList(list);
                break;
            default:
                throw new ArgumentException($"Expected tensors, numbers, strings, bytes, lists, tuples and dictionaries, found {value.GetType()}.", nameof(value));
        }
    }

    private void WriteInteger(long number)
    {
        if (number is >= int.MinValue and <= int.MaxValue)
        {
            Op('J');
            Span<byte> four = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(four, (int)number);
            output.Write(four);
            return;
        }

        Raw([0x8a, 8]);
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(eight, number);
        output.Write(eight);
    }

    private void WriteDouble(double number)
    {
        Op('G');
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(eight, number);
        output.Write(eight);
    }

    private void WriteString(string text)
    {
        Op('X');
        var bytes = StrictUtf8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        output.Write(length);
        output.Write(bytes);
    }

    // _codecs.encode(text, 'latin1'), as Python writes bytes in protocol 2.
    private void WriteBytes(byte[] bytes)
    {
        WriteGlobal("_codecs", "encode");
        Op('(');
        WriteString(Encoding.Latin1.GetString(bytes));
        WriteString("latin1");
        Op('t');
        Op('R');
    }

    private void WriteTuple(object?[] items)
    {
        Op('(');
        foreach (var item in items)
            WriteValue(item);
        Op('t');
    }

    private void WriteList(ICollection items)
    {
        Op(']');
        Op('(');
        foreach (var item in items)
            WriteValue(item);
        Op('e');
    }

    private void WriteDictionary(IDictionary entries)
    {
        Op('}');
        Op('(');
        foreach (DictionaryEntry entry in entries)
        {
            if (entry.Key is not (string or int or long or double or bool))
                throw new ArgumentException($"Expected strings, numbers and bool as keys, found {entry.Key.GetType()}.", nameof(entries));
            WriteValue(entry.Key);
            WriteValue(entry.Value);
        }

        Op('u');
    }

    private void WriteTensor(Tensor tensor)
    {
        var (key, count, offset, strides) = Storages.Place(tensor);

        // torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)
        WriteGlobal("torch._utils", "_rebuild_tensor_v2");
        Op('(');
        {
            Op('(');
            WriteString("storage");
            WriteGlobal("torch", ElementType.Storage(tensor.dtype));
            WriteString(key);
            WriteString("cpu");
            WriteInteger(count);
            Op('t');
            Op('Q');
        }

        WriteInteger(offset);
        WriteTuple([.. tensor.shape.Cast<object>()]);
        WriteTuple([.. strides.Cast<object>()]);
        Raw([0x89]);
        WriteGlobal("collections", "OrderedDict");
        Op(')');
        Op('R');
        Op('t');
        Op('R');
    }

    private void WriteGlobal(string module, string name)
    {
        Op('c');
        output.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    }

    private void Op(char code) => Raw([(byte)code]);

    private void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
