using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepBelief.Cli.Output;

/// <summary>What a command has found or done.</summary>
/// <param name="Json">For programs.</param>
/// <param name="Text">For people; ends with the end of a line, or is empty.</param>
internal sealed record Outcome(JsonObject Json, string Text)
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The outcome of lines of text.</summary>
    public static Outcome Of(JsonObject json, params IEnumerable<string> lines) => new(json, string.Concat(lines.Select(line => $"{line}\n")));

    /// <summary>The document, with the warnings.</summary>
    public string ToJson(IEnumerable<string> warnings)
    {
        Json["warnings"] = new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]);
        return $"{Json.ToJsonString(Layout)}\n";
    }

    /// <summary>A number, or null where JSON has none for it.</summary>
    public static JsonNode? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    /// <summary>A list of numbers.</summary>
    public static JsonArray List(IEnumerable<long> numbers) => new([.. numbers.Select(number => JsonValue.Create(number))]);
}
