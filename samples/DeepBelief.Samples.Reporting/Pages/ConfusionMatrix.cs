using System.Globalization;
using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Pages;

/// <summary>How often each class was taken for each.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] counts;

    /// <param name="classes">How many classes.</param>
    /// <param name="pairs">True and predicted class of each example, counted from 0.</param>
    public ConfusionMatrix(int classes, IEnumerable<(int True, int Predicted)> pairs)
    {
        counts = new int[classes, classes];
        foreach (var (actual, predicted) in pairs)
            counts[actual, predicted]++;
    }

    /// <summary>How many classes.</summary>
    public int Classes => counts.GetLength(0);

    /// <summary>How many examples of class <paramref name="actual"/> were taken for <paramref name="predicted"/>.</summary>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>The share of a class's examples that were recognised; not-a-number if it has none.</summary>
    public double Recall(int actual)
    {
        var all = Enumerable.Range(0, Classes).Sum(predicted => counts[actual, predicted]);
        return all == 0 ? double.NaN : (double)counts[actual, actual] / all;
    }

    /// <summary>The matrix as a table whose mistakes are the more strongly coloured the more there are.</summary>
    /// <param name="caption">Above the table.</param>
    /// <param name="names">Of the classes.</param>
    /// <param name="rows">What the rows' classes are.</param>
    public XElement ToHtml(string caption, IReadOnlyList<string> names, string rows = "true")
    {
        var most = Math.Max(1, counts.Cast<int>().Where((_, index) => index / Classes != index % Classes).DefaultIfEmpty().Max());
        return new XElement(
            "figure",
            new XAttribute("class", "table confusion"),
            new XElement("figcaption", caption),
            Html.Scrolling(caption, new XElement(
                "table",
                new XElement("thead", new XElement("tr", Header("col", rows), names.Select(name => Header("col", name)), Header("col", "right"))),
                new XElement("tbody", names.Select((name, row) => new XElement(
                    "tr",
                    Header("row", name),
                    names.Select((_, column) => Cell(row, column, most)),
                    new XElement("td", Numbers.Percent(Recall(row), 1))))))));
    }

    private XElement Cell(int row, int column, int most)
    {
        var count = counts[row, column];
        var text = Numbers.Whole(count);
        if (row == column)
            return new XElement("td", new XAttribute("class", "right"), text);
        var strength = ((double)count / most).ToString("0.##", CultureInfo.InvariantCulture);
        return new XElement("td", count == 0 ? null : new XAttribute("style", $"--heat:{strength}"), new XAttribute("class", "wrong"), text);
    }

    private static XElement Header(string scope, string text) => new("th", new XAttribute("scope", scope), text);
}
