using System.Globalization;

namespace DeepBelief.Files;

/// <summary>A dictionary read from a file, with getters that check types and name the entry in errors.</summary>
public sealed class ConfigSection
{
    // Far more than any model has. A pickle can repeat a part with two bytes, and each creates a module.
    private const int MostParts = 10_000;

    private readonly OrderedDictionary<object, object?> entries;
    private readonly string path;

    private ConfigSection(OrderedDictionary<object, object?> entries, string path) => (this.entries, this.path) = (entries, path);

    internal IReadOnlyDictionary<object, object?> Entries => entries;

    /// <summary>The keys that are strings.</summary>
    internal IEnumerable<string> Names => entries.Keys.OfType<string>();

    /// <summary>True if all entries, at least one, are named tensors.</summary>
    internal bool IsStateDict => entries.Count > 0 && entries.All(entry => entry is { Key: string, Value: Tensor });

    /// <summary>True if the entry exists.</summary>
    /// <param name="key">The key.</param>
    public bool Contains(string key) => entries.ContainsKey(key);

    /// <summary>Returns a string.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="DataFormatException">The entry is missing or of another type.</exception>
    public string GetString(string key) => Get<string>(key, "a string");

    /// <summary>Returns a number.</summary>
    /// <inheritdoc cref="GetString"/>
    public double GetDouble(string key) => Find(key) is long integer ? integer : Get<double>(key, "a number");

    /// <summary>Returns a boolean.</summary>
    /// <inheritdoc cref="GetString"/>
    public bool GetBoolean(string key) => Get<bool>(key, "true or false");

    /// <summary>Returns an integer in a range.</summary>
    /// <param name="key">The key.</param>
    /// <param name="min">The minimum.</param>
    /// <param name="max">The maximum.</param>
    /// <exception cref="DataFormatException">The entry is missing, of another type or out of range.</exception>
    public long GetInt64(string key, long min = long.MinValue, long max = long.MaxValue)
    {
        var found = Get<long>(key, "an integer");
        return found >= min && found <= max ? found : throw Fault(key, max == long.MaxValue ? $"{min} or more" : $"{min} to {max}", found);
    }

    /// <summary>Returns a dictionary.</summary>
    /// <inheritdoc cref="GetString"/>
    public ConfigSection GetSection(string key) => Of(Find(key), Name(key));

    /// <summary>Returns a list of dictionaries.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="DataFormatException">The entry is missing or of another type, or has too many items.</exception>
    public IReadOnlyList<ConfigSection> GetSections(string key)
        => [.. FewEnough(Get<List<object?>>(key, "a list"), Name(key)).Select((item, i) => Of(item, $"{Name(key)}[{i}]"))];

    internal static ConfigSection Of(object? value, string path)
        => value is OrderedDictionary<object, object?> entries
            ? new ConfigSection(entries, path)
            : throw new DataFormatException($"{path}: expected a dictionary, found {Describe(value)}.");

    /// <summary>Returns the parts of a model; throws if there are so many that the file must be an attack.</summary>
    internal static List<T> FewEnough<T>(List<T> parts, string path)
        => parts.Count <= MostParts
            ? parts
            : throw new DataFormatException($"{path}: expected at most {MostParts} modules or layers, found {parts.Count}.");

    internal IReadOnlyList<object?> GetList(string key) => Get<List<object?>>(key, "a list");

    /// <summary>Returns a float64 vector, or null if the entry is missing.</summary>
    internal double[]? GetNumbers(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value is not Tensor { dtype: ScalarType.Float64 } vector || vector.dim() != 1 || !vector.is_contiguous())
            throw new DataFormatException($"{Name(key)}: expected a vector of type {ScalarType.Float64}, found {Describe(value)}.");
        return vector.data<double>().ToArray();
    }

    /// <summary>Throws unless the entry is the expected string.</summary>
    internal void Expect(string key, string expected)
    {
        if (GetString(key) is var found && found != expected)
            throw new DataFormatException($"{Name(key)}: expected '{expected}', found '{found}'.");
    }

    internal IReadOnlyDictionary<string, string> AsStrings()
    {
        var texts = new OrderedDictionary<string, string>();
        foreach (var (key, value) in entries)
        {
            if (key is not string name || value is not string text)
                throw new DataFormatException($"{path}: expected named strings, found {Describe(value)} under {key}.");
            texts.Add(name, text);
        }

        return texts;
    }

    internal IReadOnlyDictionary<string, Tensor> AsTensors()
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (key, value) in entries)
        {
            if (key is not string name || value is not Tensor tensor)
                throw new DataFormatException($"{path}: expected named tensors, found {Describe(value)} under {key}.");
            tensors.Add(name, tensor);
        }

        return tensors;
    }

    /// <summary>The exception for an entry of the right type with an invalid value.</summary>
    internal DataFormatException Fault(string key, string expected, object found)
        => new(string.Create(CultureInfo.InvariantCulture, $"{Name(key)}: expected {expected}, found {found}."));

    internal static string Describe(object? value) => value switch
    {
        null => "nothing",
        OrderedDictionary<object, object?> => "a dictionary",
        List<object?> => "a list",
        object?[] => "a tuple",
        PickledObject thing => $"an object of {thing.ClassName}",
        Tensor => "a tensor",
        string => "a string",
        byte[] => "bytes",
        _ => $"{value}, a value of type {value.GetType().Name}",
    };

    private string Name(string key) => $"{path}/{key}";

    private object? Find(string key) => entries.TryGetValue(key, out var value) ? value : null;

    private T Get<T>(string key, string expected)
        => Find(key) is T value ? value : throw new DataFormatException($"{Name(key)}: expected {expected}, found {Describe(Find(key))}.");
}
