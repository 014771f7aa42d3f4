using System.Text;
using DeepBelief.Tensors;

namespace DeepBelief.Data;

/// <summary>How the text of a CSV file is laid out. Immutable.</summary>
/// <example><code>
/// var excel = new CsvOptions { Delimiter = ';', Encoding = System.Text.Encoding.Latin1 };
/// var table = CsvTable.Load("people.csv", excel);
/// </code></example>
public sealed record CsvOptions
{
    /// <summary>
    /// True if the first line has the names of the columns. Without, they are named <c>column1</c>, <c>column2</c> and so on, and no
    /// names are written. Default: true.
    /// </summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>What is between the values of a line. Default: a comma.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>
    /// What is around values that have delimiters, quotes or ends of lines in them; inside, it is written twice (RFC 4180). Elsewhere it is refused. Null is for
    /// files in which no character means that. Default: the double quote.
    /// </summary>
    public char? Quote { get; init; } = '"';

    /// <summary>
    /// The encoding of the text, in which a file is written; one that begins with the byte order mark of another Unicode encoding is
    /// read in that. Default: UTF-8.
    /// </summary>
    public Encoding Encoding { get; init; } = Encoding.UTF8;

    internal void Validate()
    {
        var faults = new OptionFaults();
        faults.Option(!EndsLines(Delimiter) && Delimiter != '\0', nameof(Delimiter), Delimiter, "a character that ends no line");
        faults.Option(Quote is not { } quote || (!EndsLines(quote) && quote is not ('\0' or ' ') && quote != Delimiter), nameof(Quote), Quote, $"a character that ends no line, no space, and not the {nameof(Delimiter)}");
        _ = faults.NotNull(Encoding);
        faults.Throw();
    }

    private static bool EndsLines(char character) => character is '\r' or '\n';
}
