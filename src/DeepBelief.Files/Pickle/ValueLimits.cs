namespace DeepBelief.Files;

/// <summary>Makes values safe to traverse: no cycles, no deep nesting, no vast expansion through shared parts.</summary>
internal sealed class ValueLimits
{
    public const int MostNested = 100;

    private readonly Dictionary<object, (int Height, long Count)?> seen = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> tensors = new(ReferenceEqualityComparer.Instance);

    private ValueLimits()
    {
    }

    /// <summary>Checks a value against the limits, expanded to at most this many parts; returns its tensors, each once.</summary>
    /// <exception cref="DataFormatException">The value exceeds a limit.</exception>
    public static IReadOnlyCollection<Tensor> Check(object? value, long mostParts)
    {
        var limits = new ValueLimits();
        var (_, count) = limits.Measure(value, 0);
        return count <= mostParts
            ? limits.tensors
            : throw new DataFormatException($"Expected a value of at most {mostParts} parts, found one that shares parts so often that it has {count}.");
    }

    private (int Height, long Count) Measure(object? value, int depth)
    {
        if (depth > MostNested)
            throw TooDeep();
        if (value is Tensor tensor)
            _ = tensors.Add(tensor);
        if (value is null or bool or long or double or string or byte[] or ScalarType or Tensor or object?[] { Length: 0 })
            return (0, 1);
        if (value is not (List<object?> or object?[] or OrderedDictionary<object, object?> or PickledObject))
            throw new DataFormatException("Expected plain data and tensors, found the bare name of a function, class, type or storage.");
        if (seen.TryGetValue(value, out var known))
            return known is { } measured && depth + measured.Height <= MostNested ? measured : throw TooDeep();

        // Null until all parts are measured: a value met again before that contains itself.
        seen.Add(value, null);
        IEnumerable<object?> parts = value switch
        {
            OrderedDictionary<object, object?> dictionary => dictionary.Values,
            PickledObject thing => [thing.Attributes],
            _ => (IEnumerable<object?>)value,
        };
        var (height, count) = (0, 1L);
        foreach (var part in parts)
        {
            var (partHeight, partCount) = Measure(part, depth + 1);
            height = Math.Max(height, partHeight + 1);
            count = partCount > long.MaxValue - count ? long.MaxValue : count + partCount;
        }

        seen[value] = (height, count);
        return (height, count);
    }

    private static DataFormatException TooDeep()
        => new($"Expected values nested at most {MostNested} deep, found deeper ones, or one that holds itself.");
}
