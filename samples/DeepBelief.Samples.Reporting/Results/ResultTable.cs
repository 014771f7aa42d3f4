namespace DeepBelief.Samples.Reporting.Results;

/// <summary>
/// Figures in rows and columns, whatever an experiment found. Writers make text for a terminal, CSV, JSON and HTML of it;
/// people see values as <see cref="Column.Show"/> has them, programs see all their digits.
/// </summary>
public sealed record ResultTable
{
    /// <param name="title">Above the table.</param>
    /// <param name="columns">At least one.</param>
    /// <param name="rows">As many values in each as there are columns; null for an empty cell.</param>
    /// <exception cref="ArgumentException">A row has more or fewer values.</exception>
    public ResultTable(string title, IReadOnlyList<Column> columns, params IEnumerable<IReadOnlyList<object?>> rows)
    {
        (Title, Columns, Rows) = (title, columns, [.. rows]);
        if (Rows.FirstOrDefault(row => row.Count != columns.Count) is { } ragged)
            throw new ArgumentException($"A row of '{title}' has {ragged.Count} cells, not {columns.Count}.", nameof(rows));
    }

    public string Title { get; }

    /// <summary>What to know about the figures; null: nothing.</summary>
    public string? Note { get; init; }

    public IReadOnlyList<Column> Columns { get; }

    public IReadOnlyList<IReadOnlyList<object?>> Rows { get; }

    /// <summary>A row for each item, a column for each thing to tell of it.</summary>
    public static ResultTable Of<T>(string title, IEnumerable<T> items, params IReadOnlyList<Column<T>> columns)
        => new(title, columns, items.Select(item => columns.Select(column => column.Value(item)).ToArray()));

    /// <summary>Some of the columns, by their numbers from 0.</summary>
    public ResultTable Only(params IReadOnlyList<int> columns)
        => new(Title, [.. columns.Select(column => Columns[column])], Rows.Select(row => columns.Select(column => row[column]).ToArray()));

    /// <summary>What people read in a cell; empty for null.</summary>
    public string Text(int row, int column) => (Rows[row][column], Columns[column].Show) switch
    {
        (null, _) => "",
        (string text, _) => text,
        ({ } value, { } show) => show(value),
        ({ } value, _) => Results.Show.Plain(value),
    };

    /// <summary>Whether a column holds words and no numbers.</summary>
    public bool IsText(int column) => Rows.All(row => row[column] is null or string);
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Its header.</param>
public record Column(string Name)
{
    /// <summary>A number as people read it; null: with all its digits.</summary>
    public Func<object, string>? Show { get; init; }

    /// <summary>Format of a number in CSV; null: with all its digits.</summary>
    public string? CsvFormat { get; init; }

    /// <summary>Whether CSV leaves it out, for its values are no single numbers or words.</summary>
    public bool IsJsonOnly { get; init; }

    /// <summary>The member's name in JSON.</summary>
    public string Key { get; init; } = string.Concat(Name.Split(' ').Select((word, index) => index == 0 ? word : $"{char.ToUpperInvariant(word[0])}{word[1..]}"));

    /// <summary>A column of which nothing is to be said but its name.</summary>
    public static implicit operator Column(string name) => new(name);

    /// <inheritdoc cref="op_Implicit(string)"/>
    public static Column FromString(string name) => name;
}

/// <summary>A column that takes its values from items of one type.</summary>
/// <param name="Name">Its header.</param>
/// <param name="Value">What the item has there.</param>
public sealed record Column<T>(string Name, Func<T, object?> Value) : Column(Name)
{
    /// <summary>A column of numbers that people read in a way of its own.</summary>
    public Column(string name, Func<T, object?> value, Func<object, string> show)
        : this(name, value) => Show = show;
}
