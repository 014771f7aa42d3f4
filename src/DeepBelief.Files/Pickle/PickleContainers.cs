namespace DeepBelief.Files;

/// <summary>Makes the lists, tuples and dictionaries of a pickle, of which there may not be very many.</summary>
internal sealed class PickleContainers(PickleBytes input)
{
    private const int Most = 1 << 20;

    private long count;

    public List<object?> NewList()
    {
        Count();
        return [];
    }

    public OrderedDictionary<object, object?> NewDictionary()
    {
        Count();
        return new(KeyComparer.Instance);
    }

    public object?[] NewTuple(int length)
    {
        Count();
        return new object?[length];
    }

    public PickledObject NewObject(string className)
    {
        Count();
        return new PickledObject(className);
    }

    /// <summary>Sets an entry of a dictionary.</summary>
    public void Set(OrderedDictionary<object, object?> dictionary, object? key, object? value)
    {
        if (key is not (string or long or double or bool))
            throw input.Damaged("expected a string or a number as a key, found something else");
        dictionary[key] = value;
    }

    /// <summary>Counts what a few bytes may make again and again.</summary>
    public void Count(int more = 1)
    {
        if ((count += more) > Most)
            throw input.Damaged($"expected at most {Most} lists, tuples and dictionaries, found more");
    }
}
