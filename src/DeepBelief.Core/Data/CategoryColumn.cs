using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>One of several texts, encoded as one group of softmax units with a unit for each text.</summary>
public sealed record CategoryColumn : TableColumn
{
    /// <summary>Creates a column.</summary>
    /// <param name="name">The name, for messages.</param>
    /// <param name="categories">The texts, at least one, all different.</param>
    /// <exception cref="ArgumentException">There are no texts, or two are the same.</exception>
    public CategoryColumn(string name, IReadOnlyList<string> categories)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(categories);
        if (categories.Count == 0 || categories.Distinct().Count() != categories.Count)
            throw new ArgumentException($"Expected at least one category, each once, found {categories.Count} of which {categories.Distinct().Count()} differ.", nameof(categories));
        Categories = [.. categories];
    }

    /// <summary>The texts; unit i represents the i-th.</summary>
    public IReadOnlyList<string> Categories { get; }

    /// <inheritdoc/>
    public override int Width => Categories.Count;

    internal static CategoryColumn Fit(string name, IReadOnlyList<string> values)
        => new(name, [.. values.Distinct().Order(StringComparer.Ordinal)]);

    internal override bool TryEncode(string value, Span<float> states)
    {
        states.Clear();
        for (var i = 0; i < Categories.Count; i++)
        {
            if (Categories[i] != value)
                continue;
            states[i] = 1;
            return true;
        }

        return false;
    }

    internal override string Decode(ReadOnlySpan<float> states)
    {
        var largest = 0;
        for (var i = 1; i < states.Length; i++)
        {
            if (states[i] > states[largest])
                largest = i;
        }

        return Categories[largest];
    }

    internal override UnitLayer Units(int columns) => new SoftmaxUnits(columns, Width);

    internal override bool IsLike(TableColumn other) => base.IsLike(other) && other.Width == Width;
}
