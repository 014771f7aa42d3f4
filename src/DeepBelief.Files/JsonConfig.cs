using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DeepBelief.Files;

/// <summary>Converts plain values, as in PyTorch files, to and from JSON.</summary>
internal static class JsonConfig
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    public static string Write(object? value)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, value);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static object? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Value(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataFormatException($"config: expected JSON without duplicate keys, found something else: {Text(e)}", e);
        }
    }

    /// <summary>What a failure to read JSON says, with the place in the words of other messages.</summary>
    public static string Text(Exception e) => e is JsonException { LineNumber: { } line, BytePositionInLine: { } at }
        ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, byte {at + 1}: {e.Message.Split(" LineNumber: ")[0]}")
        : e.Message;

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> entries:
                json.WriteStartObject();
                foreach (var (key, item) in entries)
                {
                    json.WritePropertyName(key);
                    Write(json, item);
                }

                json.WriteEndObject();
                break;
            case IReadOnlyDictionary<object, object?> entries:
                Write(json, new OrderedDictionary<string, object?>(entries.Select(entry => KeyValuePair.Create((string)entry.Key, entry.Value))));
                break;
            case IEnumerable<object?> items:
                json.WriteStartArray();
                foreach (var item in items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            default:
                throw new NotSupportedException($"Expected plain values in a config, found {value?.GetType()}.");
        }
    }

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Entries(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var number) ? (object)number : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static OrderedDictionary<object, object?> Entries(JsonElement element)
    {
        var entries = new OrderedDictionary<object, object?>(KeyComparer.Instance);
        foreach (var property in element.EnumerateObject())
            entries.Add(property.Name, Value(property.Value));
        return entries;
    }
}
