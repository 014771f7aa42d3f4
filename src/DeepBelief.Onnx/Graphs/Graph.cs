using System.Globalization;
using System.Runtime.InteropServices;
using DeepBelief.Onnx.Schema;
using Google.Protobuf;

namespace DeepBelief.Onnx;

/// <summary>Builds an ONNX graph in float32: nodes in the order of computation, and the numbers they read.</summary>
/// <param name="mostBytes">The most bytes that all numbers may take.</param>
internal sealed class Graph(long mostBytes)
{
    /// <summary>The operator set of ai.onnx, of 2020: the first in which all operators used here have the meaning they have since.</summary>
    public const int Opset = 13;

    /// <summary>The version of the format that came with the operator set.</summary>
    public const int IrVersion = 7;

    /// <summary>What protobuf can hold is 2 GiB; 16 MiB are for all but the numbers.</summary>
    public const long MostBytes = int.MaxValue - (1 << 24);

    /// <summary>The name of the axis of rows.</summary>
    public const string Batch = "batch";

    private readonly GraphProto proto = new();
    private readonly Dictionary<string, Value> constants = [];
    private readonly Dictionary<string, Value> nodes = [];
    private readonly HashSet<string> names = [];
    private Int128 bytes;

    /// <summary>Declares the input, <c>[batch, columns]</c>.</summary>
    public Value Input(string name, long columns, string meaning)
    {
        _ = names.Add(name);
        proto.Input.Add(Info(name, columns, meaning));
        return new(this, name, 2);
    }

    /// <summary>Declares the output, <c>[batch, columns]</c>, or <c>[batch]</c> without columns, and gives a value its name.</summary>
    public void Output(Value value, string name, long? columns, string meaning)
    {
        var node = proto.Node.Single(node => node.Output[0] == value.Name);
        node.Output[0] = name;
        foreach (var reader in proto.Node)
        {
            for (var i = 0; i < reader.Input.Count; i++)
            {
                if (reader.Input[i] == value.Name)
                    reader.Input[i] = name;
            }
        }

        proto.Output.Add(Info(name, columns, meaning));
    }

    /// <summary>Adds a node; of one that is there already, with the same inputs and attributes, gives the value.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="rank">The number of axes of the result, the batch's included.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="attributes">The attributes, numbers or lists of numbers.</param>
    public Value Node(string op, int rank, IEnumerable<Value> inputs, params (string Name, long[] Values)[] attributes)
    {
        string[] from = [.. inputs.Select(input => input.Name)];
        var key = string.Join('|', [op, .. from, .. attributes.Select(a => $"{a.Name}={string.Join(',', a.Values)}")]);
        if (nodes.TryGetValue(key, out var known))
            return known;
        var name = Unique(op.ToLowerInvariant());
        var node = new NodeProto { Name = name, OpType = op };
        node.Input.AddRange(from);
        node.Output.Add(name);
        foreach (var (attribute, values) in attributes)
            node.Attribute.Add(Attribute(attribute, values));
        proto.Node.Add(node);
        return nodes[key] = new(this, name, rank);
    }

    /// <summary>Adds numbers under a name; what has it already is the same. They are read once it is known that they fit.</summary>
    public Value Constant(string name, long[] shape, Func<float[]> values)
    {
        if (constants.TryGetValue(name, out var known))
            return known;
        var size = shape.Aggregate((Int128)sizeof(float), (product, length) => product * length);
        if ((bytes += size) > mostBytes)
            throw new NotSupportedException($"Expected parameters of at most {mostBytes} bytes, which an ONNX file can hold, found more: {name} alone takes {size}.");
        var numbers = values();
        // Training may have diverged, and what float64 holds may be too large for float32.
        if (!numbers.All(float.IsFinite))
            throw new ArgumentException($"Expected parameters that are finite in float32, found NaN or infinity in {name}.");
        return Add(name, name, shape, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes<float>(numbers));
    }

    /// <summary>Adds a vector under a name.</summary>
    public Value Constant(string name, double[] values) => Constant(name, [values.Length], () => [.. values.Select(value => (float)value)]);

    /// <summary>Adds a number.</summary>
    public Value Number(double value)
    {
        var key = value.ToString("R", CultureInfo.InvariantCulture);
        return constants.TryGetValue(key, out var known) ? known : Add(key, "number", [], TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes<float>([(float)value]));
    }

    /// <summary>Adds whole numbers: axes or a shape.</summary>
    public Value Integers(params long[] values)
    {
        var key = $"[{string.Join(", ", values)}]";
        return constants.TryGetValue(key, out var known) ? known : Add(key, "integers", [values.Length], TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes<long>(values));
    }

    /// <summary>Finishes the graph.</summary>
    public GraphProto Finish(string name, string text)
    {
        proto.Name = name;
        proto.DocString = text;
        return proto;
    }

    private static AttributeProto Attribute(string name, long[] values)
    {
        var attribute = new AttributeProto { Name = name };
        // The lists that operators of this set take as attributes, not as inputs.
        if (name is "axes")
        {
            attribute.Type = AttributeProto.Types.AttributeType.Ints;
            attribute.Ints.AddRange(values);
        }
        else
        {
            attribute.Type = AttributeProto.Types.AttributeType.Int;
            attribute.I = values.Single();
        }

        return attribute;
    }

    private static ValueInfoProto Info(string name, long? columns, string meaning)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = Batch });
        if (columns is { } size)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
        var type = new TypeProto { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } };
        return new() { Name = name, Type = type, DocString = meaning };
    }

    private Value Add(string key, string name, long[] shape, TensorProto.Types.DataType type, ReadOnlySpan<byte> content)
    {
        var tensor = new TensorProto { Name = Unique(name), DataType = (int)type, RawData = ByteString.CopyFrom(content) };
        tensor.Dims.AddRange(shape);
        proto.Initializer.Add(tensor);
        return constants[key] = new(this, tensor.Name, shape.Length);
    }

    /// <summary>A name that nothing has yet: an identifier of C, as ONNX asks for.</summary>
    private string Unique(string wanted)
    {
        var name = string.Concat(wanted.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
        if (char.IsAsciiDigit(name[0]))
            name = $"layer_{name}";
        var unique = name;
        for (var count = 2; !names.Add(unique); count++)
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}_{count}");
        return unique;
    }
}
