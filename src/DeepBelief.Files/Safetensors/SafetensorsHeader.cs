using System.Buffers.Binary;
using System.Text.Json;

namespace DeepBelief.Files;

/// <summary>
/// The header of a safetensors file: its length in 8 bytes, then JSON with each tensor's element type, shape and byte range
/// after the header, and strings under <c>__metadata__</c>.
/// </summary>
internal sealed class SafetensorsHeader
{
    // The format's own limit.
    private const long MostBytes = 100_000_000;
    private const int Prefix = 8;
    private const int MostDimensions = 64;
    private const string MetadataKey = "__metadata__";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly List<Entry> entries = [];
    private readonly OrderedDictionary<string, string> metadata = [];

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Reads a stream's header and checks it against the stream's length.</summary>
    public static SafetensorsHeader Read(Stream stream)
    {
        if (PtFile.Recognizes(stream))
            throw new DataFormatException("Expected a safetensors file, found a PyTorch file.");
        var room = stream.Length - Prefix;
        var length = room >= 0 ? Length(stream) : 0;
        var fits = room >= 0 && length <= (ulong)Math.Min(MostBytes, room);
        if (!Begins(stream) && (!fits || (length == 0 && room > 0)))
            throw FileFormat.Unknown(stream);
        if (!fits)
            throw new DataFormatException($"Header: expected at most {Math.Min(MostBytes, room)} bytes, found {length}; this is only a part of a safetensors file.");
        stream.Position = Prefix;
        var json = new byte[length];
        stream.ReadExactly(json);

        var header = new SafetensorsHeader();
        header.Parse(json);
        header.CheckPlaces(Prefix + json.Length, stream.Length);
        return header;
    }

    /// <summary>True if a stream begins like a safetensors file: with an object of JSON behind its length.</summary>
    public static bool Begins(Stream stream)
    {
        if (stream.Length <= Prefix)
            return false;
        stream.Position = Prefix;
        return stream.ReadByte() == '{';
    }

    /// <summary>True if, besides, the length is one that a header can have, though the stream may end before.</summary>
    public static bool Recognizes(Stream stream) => Begins(stream) && Length(stream) <= MostBytes;

    /// <summary>Writes the header for tensors that will follow in this order.</summary>
    public static void Write(Stream stream, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, text) in metadata)
                    json.WriteString(key, text);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", ElementType.Safetensors(tensor.dtype));
                WriteArray(json, "shape", tensor.shape);
                var end = offset + (tensor.numel() * tensor.dtype.ElementSize());
                WriteArray(json, "data_offsets", offset, end);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        // Pads to a multiple of 8, so that elements are aligned.
        while (buffer.Length % Prefix != 0)
            buffer.WriteByte((byte)' ');
        if (buffer.Length > MostBytes)
            throw new ArgumentException($"Expected names, shapes and metadata that take at most {MostBytes} bytes, found {buffer.Length}.", nameof(tensors));
        Span<byte> prefix = stackalloc byte[Prefix];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, buffer.Length);
        stream.Write(prefix);
        buffer.WriteTo(stream);
    }

    public static bool IsReserved(string name) => name == MetadataKey;

    private static ulong Length(Stream stream)
    {
        stream.Position = 0;
        Span<byte> prefix = stackalloc byte[Prefix];
        stream.ReadExactly(prefix);
        return BinaryPrimitives.ReadUInt64LittleEndian(prefix);
    }

    private static void WriteArray(Utf8JsonWriter json, string name, params ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private void Parse(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new DataFormatException($"Header: expected a JSON object, found {Kind(document.RootElement)}.");
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (IsReserved(property.Name))
                    ParseMetadata(property.Value);
                else
                    entries.Add(ParseEntry(property.Name, property.Value));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // GetString throws the latter for strings that are not valid Unicode.
            throw new DataFormatException($"Header: expected JSON without duplicate keys, found something else: {JsonConfig.Text(e)}", e);
        }
    }

    private void ParseMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new DataFormatException($"{MetadataKey}: expected an object of strings, found {Kind(value)}.");
        foreach (var property in value.EnumerateObject())
        {
            metadata.Add(property.Name, property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw new DataFormatException($"{MetadataKey}/{property.Name}: expected a string, found {Kind(property.Value)}."));
        }
    }

    private static Entry ParseEntry(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new DataFormatException($"{name}: expected dtype, shape and data_offsets, found {Kind(value)}.");
        if (value.EnumerateObject().FirstOrDefault(p => p.Name is not ("dtype" or "shape" or "data_offsets")) is { Value.ValueKind: not JsonValueKind.Undefined } other)
            throw new DataFormatException($"{name}: expected dtype, shape and data_offsets, found {other.Name}.");
        if (!value.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String)
            throw new DataFormatException($"{name}/dtype: expected a string, found {Kind(type)}.");
        var dtype = ElementType.OfSafetensors(type.GetString()!)
            ?? throw new DataFormatException($"{name}/dtype: expected an element type that TorchSharp has, found {type.GetString()}.");
        var shape = Integers(value, name, "shape");
        var offsets = Integers(value, name, "data_offsets");
        if (offsets is not [var begin, var end] || begin > end)
            throw new DataFormatException($"{name}/data_offsets: expected where the tensor begins and ends, found [{string.Join(", ", offsets)}].");

        Int128 bytes = dtype.ElementSize();
        foreach (var n in shape)
        {
            bytes *= Math.Max(n, 1);
            if (bytes > long.MaxValue)
                throw new DataFormatException($"{name}/shape: expected a number of bytes of 63 bits, found shape [{string.Join(", ", shape)}].");
        }

        if (shape.Contains(0))
            bytes = 0;
        if (bytes != end - begin)
            throw new DataFormatException($"{name}: expected {bytes} bytes for shape [{string.Join(", ", shape)}] of {dtype}, found {end - begin}.");
        return new Entry(name, dtype, shape, begin, end);
    }

    private static long[] Integers(JsonElement value, string name, string key)
    {
        if (!value.TryGetProperty(key, out var array) || array.ValueKind != JsonValueKind.Array)
            throw new DataFormatException($"{name}/{key}: expected a list of integers, found {Kind(array)}.");
        if (array.GetArrayLength() > MostDimensions)
            throw new DataFormatException($"{name}/{key}: expected at most {MostDimensions} integers, found {array.GetArrayLength()}.");
        var numbers = new List<long>();
        foreach (var item in array.EnumerateArray())
        {
            numbers.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var number) && number >= 0
                ? number
                : throw new DataFormatException($"{name}/{key}: expected integers of 0 or more, found {(item.ValueKind == JsonValueKind.Number ? item.GetRawText() : Kind(item))}."));
        }

        return [.. numbers];
    }

    private void CheckPlaces(long begin, long length)
    {
        long place = 0;
        foreach (var entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != place)
                throw new DataFormatException($"{entry.Name}/data_offsets: expected a tensor that begins at {place}, where the one before ends, found {entry.Begin}.");
            place = entry.End;
        }

        if (place != length - begin)
            throw new DataFormatException($"Expected {place} bytes of tensors after the header, found {length - begin}.");
        for (var i = 0; i < entries.Count; i++)
            entries[i] = entries[i] with { Begin = entries[i].Begin + begin, End = entries[i].End + begin };
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "none",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    /// <summary>A tensor; <paramref name="Begin"/> and <paramref name="End"/> are offsets in the stream.</summary>
    internal sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);
}
