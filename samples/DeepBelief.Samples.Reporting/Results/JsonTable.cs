using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeepBelief.Samples.Reporting.Results;

/// <summary>A table as JSON: an object for each row, with a member for each column.</summary>
public sealed class JsonTable : JsonConverter<ResultTable>
{
    /// <summary>For documents with tables in them: indented, names in camel case, numbers with all their digits.</summary>
    public static JsonSerializerOptions Layout { get; } = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // For people to read, not for pages of HTML.
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new JsonTable() },
    };

    public override void Write(Utf8JsonWriter writer, ResultTable value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var row in value.Rows)
        {
            writer.WriteStartObject();
            foreach (var (cell, column) in row.Zip(value.Columns))
            {
                writer.WritePropertyName(column.Key);
                JsonSerializer.Serialize(writer, cell, options);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public override ResultTable Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new NotSupportedException("Tables are written only.");
}
