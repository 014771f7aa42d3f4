using DeepBelief.Tensors;

namespace DeepBelief.Data;

/// <summary>How <see cref="TableEncoder.Fit"/> reads a table. Immutable.</summary>
/// <example><code>
/// var options = new TableEncoderOptions { MissingMarkers = [.. TableEncoderOptions.UsualMarkers, "unknown", "-999"] };
/// var encoder = TableEncoder.Fit(["age", "income"], [["31", "unknown"], ["54", "30000"]], options: options);
/// </code></example>
public sealed record TableEncoderOptions
{
    /// <summary>The usual marks of a missing value: NA, N/A, NaN and null in their usual spellings, a question mark and a dash.</summary>
    public static IReadOnlyList<string> UsualMarkers { get; } = ["NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "Null", "?", "-"];

    /// <summary>
    /// The texts that mark a missing value, beside null, the empty text and white space; compared exactly, without white space
    /// around them. Default: <see cref="UsualMarkers"/>.
    /// </summary>
    public IReadOnlyList<string> MissingMarkers { get; init; } = UsualMarkers;

    /// <summary>
    /// The most categories of a column, 1 or more; a column with more different texts is refused, as names and numbers of
    /// records are, which say nothing about other rows. Default: 256.
    /// </summary>
    public int MostCategories { get; init; } = 256;

    /// <summary>
    /// The largest share of a column's values that may be no numbers in a column of numbers, in [0, 1). These texts count as missing
    /// (<see cref="NumberColumn.OddTexts"/>), and <see cref="TableEncoder.Warnings"/> names them; a column with more is refused.
    /// Numbers in another notation, such as <c>1,5</c> and <c>12 %</c>, are values, not gaps: a column with one of them is refused
    /// however few there are. Default: 0.05; at 0 any odd text is refused.
    /// </summary>
    public double MostOddTexts { get; init; } = 0.05;

    internal void Validate()
    {
        var faults = new OptionFaults();
        _ = faults.NotNull(MissingMarkers);
        faults.Option(MostCategories >= 1, nameof(MostCategories), MostCategories, "1 or more");
        faults.Option(MostOddTexts is >= 0 and < 1, nameof(MostOddTexts), MostOddTexts, "a value in [0, 1)");
        faults.Throw();
    }
}
