using System.Globalization;
using System.Text;
using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>One of several texts, encoded as one group of softmax units with a unit for each text.</summary>
public sealed record CategoryColumn : TableColumn
{
    private const int FewTexts = 6;

    private readonly Dictionary<string, int> numbers;

    /// <summary>Creates a column.</summary>
    /// <param name="name">The name.</param>
    /// <param name="categories">The texts, at least one, all different.</param>
    /// <exception cref="ArgumentException">There are no texts, or two are the same.</exception>
    public CategoryColumn(string name, IReadOnlyList<string> categories)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(categories);
        if (categories.Count == 0 || categories.Distinct().Count() != categories.Count)
            throw new ArgumentException($"Column '{name}': expected at least one category, each once, found {categories.Count} of which {categories.Distinct().Count()} differ.", nameof(categories));
        Categories = [.. categories];
        numbers = Categories.Index().ToDictionary(category => category.Item, category => category.Index, StringComparer.Ordinal);
    }

    /// <summary>The texts; unit i represents the i-th.</summary>
    public IReadOnlyList<string> Categories { get; }

    /// <inheritdoc/>
    public override int Width => Categories.Count;

    internal override string Expected => Width > FewTexts
        ? $"one of {Width} texts, the first of which are {Quoted(Categories.Take(FewTexts))}"
        : $"one of {Quoted(Categories)}";

    internal override IReadOnlyList<string> Texts => Categories;

    /// <summary>True for the same name and the same categories in the same order.</summary>
    /// <param name="other">The other column.</param>
    public bool Equals(CategoryColumn? other) => base.Equals(other) && Categories.SequenceEqual(other.Categories);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Width);

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        _ = base.PrintMembers(builder);
        _ = builder.Append(CultureInfo.InvariantCulture, $", {nameof(Categories)} = {OddValues.List(Categories)}");
        return true;
    }

    internal override bool TryEncode(string value, Span<float> states)
    {
        states.Clear();
        if (!numbers.TryGetValue(value, out var number))
            return false;
        states[number] = 1;
        return true;
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

    private static string Quoted(IEnumerable<string> texts) => string.Join(", ", texts.Select(text => $"'{text}'"));
}
