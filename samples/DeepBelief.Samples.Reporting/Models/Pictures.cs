using System.Xml.Linq;
using DeepBelief.Samples.Reporting.Images;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Models;

/// <summary>Rows of units as pictures.</summary>
public static class Pictures
{
    private const int Side = 28;

    /// <summary>Digits, values from 0 to 1: <c>[images, 784]</c>.</summary>
    public static XElement Digits(torch.Tensor images, int columns, string text, int enlarge = 2)
    {
        using var tiles = images.reshape(-1, Side, Side);
        return Html.Image(Mosaic.Draw(tiles, columns, Palette.Grey), text, enlarge);
    }

    /// <summary>Weights to the pixels, of either sign, each picture with a scale of its own: <c>[units, 784]</c>.</summary>
    public static XElement Filters(torch.Tensor weights, int columns, string text)
    {
        using var tiles = weights.reshape(-1, Side, Side);
        return Html.Image(Mosaic.Draw(tiles, columns, Palette.Diverging, Scaling.PerTile), text);
    }

    /// <summary>States of hidden units, from 0 to 1, as rectangles that are as square as can be: <c>[codes, units]</c>.</summary>
    public static XElement Codes(torch.Tensor states, string text)
    {
        var units = states.shape[1];
        var height = (long)Math.Sqrt(units);
        while (units % height != 0)
            height--;
        using var tiles = states.reshape(-1, height, units / height);
        return Html.Image(Mosaic.Draw(tiles, (int)states.shape[0], Palette.Grey), text);
    }
}
