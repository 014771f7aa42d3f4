using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>One of two texts, encoded as one Bernoulli unit.</summary>
/// <param name="Name">The name, for messages.</param>
/// <param name="No">The text for 0.</param>
/// <param name="Yes">The text for 1.</param>
public sealed record YesNoColumn(string Name, string No, string Yes) : TableColumn(Name)
{
    /// <inheritdoc/>
    public override int Width => 1;

    internal static YesNoColumn Fit(string name, IReadOnlyList<string> values)
    {
        // Ordinal order puts "0" before "1", "false" before "true" and "no" before "yes".
        var texts = values.Distinct().Order(StringComparer.Ordinal).ToList();
        return texts.Count <= 2 ? new YesNoColumn(name, texts[0], texts[^1]) : throw TableEncoder.Unknown(name, texts[2], $"'{texts[0]}' or '{texts[1]}'");
    }

    internal override bool TryEncode(string value, Span<float> states)
    {
        states[0] = value == Yes && Yes != No ? 1 : 0;
        return value == Yes || value == No;
    }

    internal override string Decode(ReadOnlySpan<float> states) => states[0] > 0.5f ? Yes : No;

    internal override UnitLayer Units(int columns) => new BernoulliUnits(columns);
}
