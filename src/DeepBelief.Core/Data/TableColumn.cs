using System.Globalization;
using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>A column of a table, and what is needed to turn its values into states of units and back.</summary>
/// <remarks>Columns are plain records, so that an app can keep them beside a saved model.</remarks>
public abstract record TableColumn
{
    private protected TableColumn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>The name, for messages.</summary>
    public string Name { get; }

    /// <summary>How many units stand for a value.</summary>
    public abstract int Width { get; }

    /// <summary>Writes a value as states.</summary>
    /// <param name="value">The value; not missing.</param>
    /// <param name="states">Takes <see cref="Width"/> states.</param>
    /// <returns>Whether the column has such a value.</returns>
    internal abstract bool TryEncode(string value, Span<float> states);

    /// <summary>The value that states, or their means, stand for.</summary>
    internal abstract string Decode(ReadOnlySpan<float> states);

    /// <summary>Units for so many columns like this one, side by side.</summary>
    internal abstract UnitLayer Units(int columns);

    /// <summary>Whether a layer of units can stand for this column and the other one alike.</summary>
    internal virtual bool IsLike(TableColumn other) => other.GetType() == GetType();

    internal static bool TryParse(string value, out double number)
        => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
