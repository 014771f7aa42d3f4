using Spectre.Console;

namespace DeepBelief.Samples.Reporting.Results;

/// <summary>Tables for a terminal: words on the left of a column, numbers on the right.</summary>
public static class ConsoleTable
{
    public static Table Of(ResultTable results)
    {
        var table = new Table
        {
            Title = new TableTitle(Markup.Escape(results.Title)),
            Caption = results.Note is { } note ? new TableTitle(Markup.Escape(note)) : null,
            Border = TableBorder.Rounded,
        };
        foreach (var (index, column) in results.Columns.Index())
            table.AddColumn(new TableColumn(Markup.Escape(column.Name)) { Alignment = results.IsText(index) ? Justify.Left : Justify.Right, NoWrap = true });
        for (var row = 0; row < results.Rows.Count; row++)
            table.AddRow([.. Enumerable.Range(0, results.Columns.Count).Select(column => Markup.Escape(results.Text(row, column)))]);
        return table;
    }
}
