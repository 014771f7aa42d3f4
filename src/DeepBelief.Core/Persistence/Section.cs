using System.Globalization;

namespace DeepBelief.Persistence;

/// <summary>A dictionary read from a model file, asked for entries of a certain kind.</summary>
internal sealed class Section(OrderedDictionary<object, object?> entries, string path)
{
    // Far more than any model has. Two bytes of a pickle can name a part once more, and each makes a module.
    private const int MostParts = 10_000;

    public static Section Of(object? value, string path)
        => value is OrderedDictionary<object, object?> entries
            ? new Section(entries, path)
            : throw new DataFormatException($"{path}: expected a dictionary, found {Describe(value)}.");

    /// <summary>The parts of a model, if they are not so many that only an attack can have them.</summary>
    public static List<T> FewEnough<T>(List<T> parts, string path)
        => parts.Count <= MostParts
            ? parts
            : throw new DataFormatException($"{path}: expected at most {MostParts} modules or layers, found {parts.Count}.");

    public IReadOnlyDictionary<object, object?> Entries => entries;

    /// <summary>The keys that are texts.</summary>
    public IEnumerable<string> Names => entries.Keys.OfType<string>();

    /// <summary>Whether all there is are named tensors.</summary>
    public bool IsStateDict => entries.Count > 0 && entries.All(entry => entry is { Key: string, Value: Tensor });

    public string Text(string key) => Get<string>(key, "a string");

    public double Number(string key) => Find(key) is long integer ? integer : Get<double>(key, "a number");

    public bool Has(string key) => entries.ContainsKey(key);

    public bool Flag(string key) => Get<bool>(key, "true or false");

    public long Integer(string key) => Get<long>(key, "an integer");

    /// <summary>An integer in a range.</summary>
    public long Integer(string key, long least, long most = long.MaxValue)
    {
        var found = Integer(key);
        return found >= least && found <= most ? found : throw Fault(key, most == long.MaxValue ? $"{least} or more" : $"{least} to {most}", found);
    }

    public Section Child(string key) => Of(Find(key), Name(key));

    public IReadOnlyList<Section> Children(string key)
        => [.. FewEnough(Get<List<object?>>(key, "a list"), Name(key)).Select((item, i) => Of(item, $"{Name(key)}[{i}]"))];

    public IReadOnlyList<object?> Items(string key) => Get<List<object?>>(key, "a list");

    /// <summary>A vector of numbers, null if there is none.</summary>
    public double[]? Numbers(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value is not Tensor { dtype: ScalarType.Float64 } vector || vector.dim() != 1 || !vector.is_contiguous())
            throw new DataFormatException($"{Name(key)}: expected a vector of type {ScalarType.Float64}, found {Describe(value)}.");
        return vector.data<double>().ToArray();
    }

    /// <summary>A text that can only be one.</summary>
    public void Expect(string key, string expected)
    {
        if (Text(key) is var found && found != expected)
            throw new DataFormatException($"{Name(key)}: expected '{expected}', found '{found}'.");
    }

    /// <summary>The entries as named texts.</summary>
    public IReadOnlyDictionary<string, string> Texts()
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
    public IReadOnlyDictionary<string, Tensor> Tensors()
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
    public DataFormatException Fault(string key, string expected, object found)
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
