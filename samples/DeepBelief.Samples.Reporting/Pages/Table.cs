using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Pages;

/// <summary>Rows of figures: the first column names the row, all others are aligned right.</summary>
/// <param name="Caption">Above the table.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">Texts, as many in a row as there are columns.</param>
public sealed record Table(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The table as an element of a page.</summary>
    public XElement ToHtml() =>
        new(
            "figure",
            new XAttribute("class", "table"),
            new XElement("figcaption", Caption),
            Html.Scrolling(Caption, new XElement(
                "table",
                new XElement("thead", new XElement("tr", Columns.Select(column => Header("col", column)))),
                new XElement("tbody", Rows.Select(Row)))));

    private XElement Row(IReadOnlyList<string> row)
    {
        if (row.Count != Columns.Count)
            throw new ArgumentException($"A row of '{Caption}' has {row.Count} cells, not {Columns.Count}.");
        return new XElement("tr", Header("row", row[0]), row.Skip(1).Select(cell => new XElement("td", cell)));
    }

    private static XElement Header(string scope, string text) => new("th", new XAttribute("scope", scope), text);
}
