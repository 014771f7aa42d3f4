using System.Xml.Linq;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Reporting.Results;

/// <summary>Tables as elements of a page: the first column names the row.</summary>
public static class HtmlTable
{
    /// <param name="table">The table.</param>
    /// <param name="caption">In place of its title and note.</param>
    public static XElement ToHtml(this ResultTable table, string? caption = null)
    {
        caption ??= table.Note is { } note ? $"{table.Title}. {note}" : table.Title;
        return new(
            "figure",
            new XAttribute("class", "table"),
            new XElement("figcaption", caption),
            Html.Scrolling(caption, new XElement(
                "table",
                new XElement("thead", new XElement("tr", table.Columns.Select(column => Header("col", column.Name)))),
                new XElement("tbody", Enumerable.Range(0, table.Rows.Count).Select(row => new XElement(
                    "tr",
                    Header("row", Text(table, row, 0)),
                    Enumerable.Range(1, table.Columns.Count - 1).Select(column => new XElement("td", Text(table, row, column)))))))));
    }

    // Numbers have a minus, words have hyphens.
    private static string Text(ResultTable table, int row, int column)
        => table.Rows[row][column] is string words ? words : table.Text(row, column).Replace('-', '−');

    private static XElement Header(string scope, string text) => new("th", new XAttribute("scope", scope), text);
}
