using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>One of two texts, encoded as one Bernoulli unit.</summary>
public sealed record YesNoColumn : TableColumn
{
    /// <summary>Creates a column.</summary>
    /// <param name="name">The name.</param>
    /// <param name="no">The text for 0.</param>
    /// <param name="yes">The text for 1, another one.</param>
    /// <exception cref="ArgumentException">The texts are the same.</exception>
    public YesNoColumn(string name, string no, string yes)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(no);
        ArgumentNullException.ThrowIfNull(yes);
        if (no == yes)
            throw new ArgumentException($"Column '{name}': expected two different texts, found '{yes}' twice.", nameof(yes));
        (No, Yes) = (no, yes);
    }

    /// <summary>The text for 0.</summary>
    public string No { get; }

    /// <summary>The text for 1.</summary>
    public string Yes { get; }

    /// <inheritdoc/>
    public override int Width => 1;

    internal override string Expected => $"'{No}' or '{Yes}'";

    internal override IReadOnlyList<string> Texts => [No, Yes];

    internal override bool TryEncode(string value, Span<float> states)
    {
        states[0] = value == Yes ? 1 : 0;
        return value == Yes || value == No;
    }

    internal override string Decode(ReadOnlySpan<float> states) => states[0] > 0.5f ? Yes : No;

    internal override UnitLayer Units(int columns) => new BernoulliUnits(columns);
}
