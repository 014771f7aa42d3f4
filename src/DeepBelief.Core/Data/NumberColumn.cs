using System.Globalization;
using System.Text;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>Numbers, encoded as one Gaussian unit with state (value - mean) / deviation.</summary>
public sealed record NumberColumn : TableColumn
{
    private readonly HashSet<string> gaps = [];

    /// <summary>Creates a column.</summary>
    /// <param name="name">The name.</param>
    /// <param name="mean">Mean of the values; finite.</param>
    /// <param name="deviation">Standard deviation of the values; finite, more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean or the deviation is out of its range.</exception>
    public NumberColumn(string name, double mean, double deviation)
        : base(name)
    {
        Guard.Option(double.IsFinite(mean), nameof(mean), mean, "a finite number");
        Guard.Option(double.IsFinite(deviation) && deviation > 0, nameof(deviation), deviation, "a finite number more than 0");
        (Mean, Deviation) = (mean, deviation);
    }

    /// <summary>Mean of the values.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of the values; 1 if they are all the same.</summary>
    public double Deviation { get; }

    /// <summary>
    /// Texts that are no numbers and count as missing in this column, beside the marks of the table: those that
    /// <see cref="TableEncoder.Fit"/> found among the numbers. Without white space around them. Default: none.
    /// </summary>
    /// <exception cref="ArgumentException">One of the texts is a number.</exception>
    public IReadOnlyList<string> OddTexts
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value.Select(text => text?.Trim() ?? throw new ArgumentNullException(nameof(value)))];
            if (field.FirstOrDefault(text => TryParse(text, out _)) is { } number)
                throw new ArgumentException($"Column '{Name}': expected texts that are no numbers, found '{number}'.", nameof(value));
            gaps = [.. field];
        }
    } = [];

    /// <inheritdoc/>
    public override int Width => 1;

    internal override string Expected
    {
        get
        {
            const string Number = "a finite number, with a decimal point and without separators of thousands";
            return OddTexts.Count == 0 ? Number : $"{Number}, or what counts as missing, {OddValues.List(OddTexts)}";
        }
    }

    internal override string? Warning => OddTexts.Count == 0
        ? null
        : $"Column '{Name}': texts among the numbers count as missing: {OddValues.List(OddTexts)}. "
            + $"Mend them, mark them by one of the {nameof(TableEncoderOptions.MissingMarkers)}, or set {nameof(TableEncoderOptions)}.{nameof(TableEncoderOptions.MostOddTexts)} to 0 to refuse them.";

    /// <summary>True for the same name, mean and deviation, and the same odd texts in the same order.</summary>
    /// <param name="other">The other column.</param>
    public bool Equals(NumberColumn? other)
        => base.Equals(other) && Mean.Equals(other.Mean) && Deviation.Equals(other.Deviation) && OddTexts.SequenceEqual(other.OddTexts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Mean, Deviation);

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        _ = base.PrintMembers(builder);
        _ = builder.Append(CultureInfo.InvariantCulture, $", {nameof(Mean)} = {Mean}, {nameof(Deviation)} = {Deviation}");
        if (OddTexts.Count > 0)
            _ = builder.Append(CultureInfo.InvariantCulture, $", {nameof(OddTexts)} = {OddValues.List(OddTexts)}");
        return true;
    }

    internal static NumberColumn Fit(string name, IReadOnlyList<double> numbers)
    {
        // A constant has no scale of its own, and rounding must not give it one.
        if (numbers.All(number => number == numbers[0]))
            return new NumberColumn(name, numbers[0], 1);
        // In units of a power of two, so that squares of large numbers stay finite and no digit changes.
        var unit = Math.ScaleB(1, Math.ILogB(numbers.Max(Math.Abs)));
        var mean = numbers.Average(number => number / unit);
        var deviation = Math.Sqrt(numbers.Average(number => ((number / unit) - mean) * ((number / unit) - mean)));
        return new NumberColumn(name, mean * unit, deviation * unit);
    }

    internal override bool IsGap(string text) => gaps.Contains(text.Trim());

    internal override bool TryEncode(string value, Span<float> states)
    {
        var known = TryParse(value, out var number);
        states[0] = (float)((number - Mean) / Deviation);
        return known && float.IsFinite(states[0]);
    }

    internal override string Decode(ReadOnlySpan<float> states)
        => ((states[0] * Deviation) + Mean).ToString("g7", CultureInfo.InvariantCulture);

    internal override UnitLayer Units(int columns) => new GaussianUnits(columns);
}
