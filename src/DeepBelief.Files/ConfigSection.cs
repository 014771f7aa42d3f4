using System.Globalization;

namespace DeepBelief.Files;

/// <summary>A dictionary read from a file, asked for entries of a certain kind; each getter throws a <see cref="DataFormatException"/> that names the entry.</summary>
public sealed class ConfigSection
{
    // Far more than any model has. Two bytes of a pickle can name a part once more, and each makes a module.
    private const int MostParts = 10_000;

    private readonly OrderedDictionary<object, object?> entries;
    private readonly string path;

    private ConfigSection(OrderedDictionary<object, object?> entries, string path) => (this.entries, this.path) = (entries, path);

    /// <summary>All entries.</summary>
    internal IReadOnlyDictionary<object, object?> Entries => entries;

    /// <summary>The keys that are texts.</summary>
    internal IEnumerable<string> Names => entries.Keys.OfType<string>();

    /// <summary>Whether all there is are named tensors.</summary>
    internal bool IsStateDict => entries.Count > 0 && entries.All(entry => entry is { Key: string, Value: Tensor });

    /// <summary>Whether there is an entry.</summary>
    /// <param name="key">Its key.</param>
    public bool Contains(string key) => entries.ContainsKey(key);

    /// <summary>A text.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="DataFormatException">There is none.</exception>
    public string GetString(string key) => Get<string>(key, "a string");

    /// <summary>A number.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="DataFormatException">There is none.</exception>
    public double GetDouble(string key) => Find(key) is long integer ? integer : Get<double>(key, "a number");

    /// <summary>True or false.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="DataFormatException">There is neither.</exception>
    public bool GetBoolean(string key) => Get<bool>(key, "true or false");

    /// <summary>An integer in a range.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="min">The least that it may be.</param>
    /// <param name="max">The most that it may be.</param>
    /// <exception cref="DataFormatException">There is none, or it is out of the range.</exception>
    public long GetInt64(string key, long min = long.MinValue, long max = long.MaxValue)
    {
        var found = Get<long>(key, "an integer");
        return found >= min && found <= max ? found : throw Fault(key, max == long.MaxValue ? $"{min} or more" : $"{min} to {max}", found);
    }

    /// <summary>A dictionary.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="DataFormatException">There is none.</exception>
    public ConfigSection GetSection(string key) => Of(Find(key), Name(key));

    /// <summary>A list of dictionaries.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="DataFormatException">There is none.</exception>
    public IReadOnlyList<ConfigSection> GetSections(string key)
        => [.. FewEnough(Get<List<object?>>(key, "a list"), Name(key)).Select((item, i) => Of(item, $"{Name(key)}[{i}]"))];

    /// <summary>A value as a dictionary.</summary>
    internal static ConfigSection Of(object? value, string path)
        => value is OrderedDictionary<object, object?> entries
            ? new ConfigSection(entries, path)
            : throw new DataFormatException($"{path}: expected a dictionary, found {Describe(value)}.");

    /// <summary>The parts of a model, if they are not so many that only an attack can have them.</summary>
    internal static List<T> FewEnough<T>(List<T> parts, string path)
        => parts.Count <= MostParts
            ? parts
            : throw new DataFormatException($"{path}: expected at most {MostParts} modules or layers, found {parts.Count}.");

    internal IReadOnlyList<object?> GetList(string key) => Get<List<object?>>(key, "a list");

    /// <summary>A vector of numbers, null if there is none.</summary>
    internal double[]? GetNumbers(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value is not Tensor { dtype: ScalarType.Float64 } vector || vector.dim() != 1 || !vector.is_contiguous())
            throw new DataFormatException($"{Name(key)}: expected a vector of type {ScalarType.Float64}, found {Describe(value)}.");
        return vector.data<double>().ToArray();
    }

    /// <summary>A text that can only be one.</summary>
    internal void Expect(string key, string expected)
    {
        if (GetString(key) is var found && found != expected)
            throw new DataFormatException($"{Name(key)}: expected '{expected}', found '{found}'.");
    }

    /// <summary>The entries as named texts.</summary>
    internal IReadOnlyDictionary<string, string> AsStrings()
    {
        var texts = new OrderedDictionary<string, string>();
        foreach (var (key, value) in entries)
        {
            if (key is not string name || value is not string text)
                throw new DataFormatException($"{path}: expected named texts, found {Describe(value)} under {key}.");
            texts.Add(name, text);
        }

        return texts;
    }

    /// <summary>The entries as named tensors.</summary>
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

    /// <summary>What to throw where an entry is of the right kind, but not one that can be.</summary>
    internal DataFormatException Fault(string key, string expected, object found)
        => new(string.Create(CultureInfo.InvariantCulture, $"{Name(key)}: expected {expected}, found {found}."));

    private static string Describe(object? value) => value switch
    {
        null => "nothing",
        OrderedDictionary<object, object?> => "a dictionary",
        List<object?> => "a list",
        object?[] => "a tuple",
        PickledObject thing => $"an object of {thing.ClassName}",
        Tensor => "a tensor",
        string => "a string",
        _ => $"{value}, a value of type {value.GetType().Name}",
    };

    private string Name(string key) => $"{path}/{key}";

    private object? Find(string key) => entries.TryGetValue(key, out var value) ? value : null;

    private T Get<T>(string key, string expected)
        => Find(key) is T value ? value : throw new DataFormatException($"{Name(key)}: expected {expected}, found {Describe(Find(key))}.");
}
