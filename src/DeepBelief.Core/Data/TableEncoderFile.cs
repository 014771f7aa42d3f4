using System.Text;
using DeepBelief.Files;

namespace DeepBelief.Data;

/// <summary>The JSON file of a <see cref="TableEncoder"/>: the marks of missing values, and the columns with what they have learned.</summary>
internal static class TableEncoderFile
{
    private const string Format = "DeepBelief";
    private const string Model = "table encoder";
    private const long Version = 1;

    // Far more than texts of any table need.
    private const long MostBytes = 1 << 28;

    private const string NumberKind = "number";
    private const string YesNoKind = "yes or no";
    private const string CategoryKind = "category";

    public static void Write(Stream stream, TableEncoder encoder)
        => stream.Write(Encoding.UTF8.GetBytes(JsonConfig.Write(new OrderedDictionary<string, object?>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["model"] = Model,
            ["missing"] = encoder.MissingMarkers,
            ["columns"] = encoder.Columns.Select(Describe).ToList(),
        })));

    public static TableEncoder Read(Stream stream)
    {
        var root = ConfigSection.Of(JsonConfig.Read(Text(stream)), "file");
        root.Expect("format", Format);
        root.Expect("model", Model);
        _ = root.GetInt64("version", 1, Version);
        try
        {
            return new TableEncoder(
                root.GetList("columns").Select((column, i) => Column(ConfigSection.Of(column, FormattableString.Invariant($"columns[{i}]")))).ToList(),
                Strings(root, "missing"));
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new DataFormatException($"file: {e.Message}", e);
        }
    }

    private static string Text(Stream stream)
    {
        if (stream.Length > MostBytes)
            throw new DataFormatException($"Expected the JSON of an encoder, of at most {MostBytes} bytes, found {stream.Length}.");
        try
        {
            using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), true, -1, leaveOpen: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException("Expected the JSON of an encoder, found bytes that are no UTF-8.", e);
        }
    }

    private static OrderedDictionary<string, object?> Describe(TableColumn column) => column switch
    {
        NumberColumn number => new() { ["kind"] = NumberKind, ["name"] = number.Name, ["mean"] = number.Mean, ["deviation"] = number.Deviation, ["odd"] = number.OddTexts },
        YesNoColumn bit => new() { ["kind"] = YesNoKind, ["name"] = bit.Name, ["no"] = bit.No, ["yes"] = bit.Yes },
        CategoryColumn category => new() { ["kind"] = CategoryKind, ["name"] = category.Name, ["categories"] = category.Categories },
        _ => throw new NotSupportedException($"Expected a column of this library, found {column.GetType()}."),
    };

    private static TableColumn Column(ConfigSection config)
    {
        var name = config.GetString("name");
        return config.GetString("kind") switch
        {
            // Earlier files have no odd texts.
            NumberKind => new NumberColumn(name, config.GetDouble("mean"), config.GetDouble("deviation")) { OddTexts = config.Contains("odd") ? Strings(config, "odd") : [] },
            YesNoKind => new YesNoColumn(name, config.GetString("no"), config.GetString("yes")),
            CategoryKind => new CategoryColumn(name, Strings(config, "categories")),
            var kind => throw config.Fault("kind", $"{NumberKind}, {YesNoKind} or {CategoryKind}", kind),
        };
    }

    private static List<string> Strings(ConfigSection config, string key)
        => [.. config.GetList(key).Select((item, i) => item as string ?? throw config.Fault(FormattableString.Invariant($"{key}[{i}]"), "a string", item ?? "nothing"))];
}
