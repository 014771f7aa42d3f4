using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Pages;

/// <summary>A part of a page, with a place in its table of contents.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Content">From <see cref="Html"/>, <see cref="Table"/> and the charts.</param>
public sealed record Section(string Title, params IEnumerable<XElement> Content);
