using System.Globalization;
using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>A column of a table; encodes its values as states of units and decodes them.</summary>
public abstract record TableColumn
{
    private protected TableColumn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>The name, unique in its table.</summary>
    public string Name { get; }

    /// <summary>Number of units per value.</summary>
    public abstract int Width { get; }

    /// <summary>The values that the column has, for messages.</summary>
    internal abstract string Expected { get; }

    /// <summary>The texts that the column can decode to; none for numbers.</summary>
    internal virtual IReadOnlyList<string> Texts => [];

    /// <summary>What a user should know of the column; null for nothing.</summary>
    internal virtual string? Warning => null;

    /// <summary>True if a text marks a missing value in this column, beside the marks of the table.</summary>
    internal virtual bool IsGap(string text) => false;

    /// <summary>Writes a value, not a missing one, as <see cref="Width"/> states; false if the column has no such value.</summary>
    internal abstract bool TryEncode(string value, Span<float> states);

    /// <summary>Returns the value that states, or their means, represent.</summary>
    internal abstract string Decode(ReadOnlySpan<float> states);

    /// <summary>Creates units for several columns like this one.</summary>
    internal abstract UnitLayer Units(int columns);

    /// <summary>True if one layer of units can represent both columns.</summary>
    internal virtual bool IsLike(TableColumn other) => other.GetType() == GetType();

    internal static bool TryParse(string value, out double number)
        => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
