using System.Text.Json.Nodes;
using DeepBelief.Cli.Options;
using DeepBelief.Cli.Output;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief.Cli.Data;

/// <summary>What a file holds, read as data: nothing in it is run, in memory that its size bounds.</summary>
/// <param name="Format">The format.</param>
/// <param name="Json">All of it that is worth knowing, for programs.</param>
/// <param name="Lines">The same for people.</param>
internal sealed record FileContent(string Format, JsonObject Json, IReadOnlyList<string> Lines)
{
    /// <summary>What the user should know; null for nothing.</summary>
    public string? Warning { get; private init; }

    /// <summary>The format of tables.</summary>
    public const string Csv = "CSV";

    private const int MostShown = 200;

    /// <summary>True if a file holds a model that the library loads; also if that is damaged.</summary>
    public static bool IsModel(Stream stream)
    {
        try
        {
            return AnyModelFile.Find(new OpenFile(stream)) is not null;
        }
        catch (DataFormatException)
        {
            return true;
        }
    }

    /// <summary>Looks into a file.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="path">The name.</param>
    /// <param name="layout">How text would be laid out.</param>
    public static FileContent Of(Stream stream, string path, CsvOptions layout)
    {
        if (path.HasEnding(".json") || (TensorFile.Of(stream) is null && IsJson(stream)))
            return OfEncoder(stream);
        if (TensorFile.OfFile(stream, path, layout) is not { } format)
            return OfTable(stream, CommandRun.Shown(path), layout);
        return Model(stream) is (var kind, var config, var state) ? OfModel(format, kind, config, state) : OfTensors(format, stream);
    }

    // A state dict and another's checkpoint are tensors.
    private static (string Kind, string Config, IReadOnlyDictionary<string, Tensor> State)? Model(Stream stream)
    {
        try
        {
            return AnyModelFile.Find(new OpenFile(stream)) is { } found ? (found.Codec.Kind, JsonConfig.Write(found.Content.Config.Entries), found.Content.State) : null;
        }
        catch (DataFormatException)
        {
            return null;
        }
    }

    private static FileContent OfModel(TensorFile format, string kind, string config, IReadOnlyDictionary<string, Tensor> state)
    {
        var parameters = state.Values.Sum(tensor => tensor.numel());
        var json = new JsonObject { ["model"] = kind, ["config"] = JsonNode.Parse(config), ["parameters"] = parameters, ["tensors"] = Tensors(state) };
        return new(format.Name, json, [$"model: {kind}, {parameters} parameters", $"config: {Short(config)}", .. Describe(state)]);
    }

    private static FileContent OfTensors(TensorFile format, Stream stream)
    {
        var tensors = format.Load(stream);
        var json = new JsonObject { ["tensors"] = Tensors(tensors) };
        List<string> lines = [.. Describe(tensors)];
        if (SafetensorsFile.Recognizes(stream))
        {
            var metadata = SafetensorsFile.Load(stream).Metadata;
            json["metadata"] = new JsonObject(metadata.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value))));
            lines.AddRange(metadata.Select(entry => $"metadata {Short(entry.Key)}: {Short(entry.Value)}"));
        }

        return new(format.Name, json, lines);
    }

    private static FileContent OfEncoder(Stream stream)
    {
        stream.Position = 0;
        var encoder = TableEncoderFile.Read(stream);
        var columns = encoder.Columns.Select(ColumnContent.Of).ToList();
        return new(
            "table encoder",
            new() { ["width"] = encoder.Width, ["columns"] = new JsonArray([.. columns.Select(column => column.Json)]) },
            [$"{columns.Count} columns, {encoder.Width} units", .. columns.Select(Line)]);
    }

    private static FileContent OfTable(Stream stream, string shown, CsvOptions layout)
    {
        var table = CsvTable.Load(stream, layout);
        var columns = table.Names.Select(name => ColumnContent.Of(table.Select(name))).ToList();
        var json = new JsonObject { ["rows"] = table.Rows.Count, ["columns"] = new JsonArray([.. columns.Select(column => column.Json)]) };
        return new(Csv, json, [$"{table.Rows.Count} rows, {table.Names.Count} columns", .. columns.Select(Line)]) { Warning = DelimiterHint.Of(table, shown) };
    }

    private static bool IsJson(Stream stream)
    {
        stream.Position = 0;
        using var reader = new StreamReader(stream, leaveOpen: true);
        return reader.Read() == '{';
    }

    private static string Line(ColumnContent column) => $"{Short(column.Name)}: {Short(column.Text)}";

    private static JsonArray Tensors(IReadOnlyDictionary<string, Tensor> tensors)
        => new([.. tensors.Select(tensor => new JsonObject { ["name"] = tensor.Key, ["type"] = ElementType.Name(tensor.Value.dtype), ["shape"] = Outcome.List(tensor.Value.shape) })]);

    private static IEnumerable<string> Describe(IReadOnlyDictionary<string, Tensor> tensors)
        => tensors.Select(tensor => $"{(tensor.Key.Length == 0 ? "array" : Short(tensor.Key))}: {ElementType.Name(tensor.Value.dtype)} {Shapes.Text(tensor.Value)}");

    private static string Short(string text) => text.Length <= MostShown ? text : $"{text[..MostShown]}...";
}
